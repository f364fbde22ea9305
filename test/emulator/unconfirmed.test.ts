// Requirements: R28
// Goal: whatever the reference calls unconfirmed can be read either way. Method: for each entry of the table one short
// scene; each reading has what must be seen in it, and no two readings may look the same.
import test from "ava";
import { type Behaviour, DEFAULT_BEHAVIOUR } from "../../hosts/emulator/behaviour.js";
import { emulatedDelta } from "../../hosts/emulator/emulated-delta.js";
import { FAMILIES, type Model } from "../../hosts/emulator/families.js";
import type { PackageFault } from "../../hosts/emulator/flash.js";
import { UNCONFIRMED } from "../../hosts/emulator/unconfirmed.js";
import { Bench, short } from "./bench.js";
import { typeFile, worded } from "./xmodem-typist.js";

const MINUTE = 60_000;
const NEXT: Record<Model, string> = {
	HL7692: "RHL769x.2.27.183100.201809071813.x7120m_3",
	HL7800: "HL7800.4.5.4.0",
};

interface Scene {
	/** What is on the server and in the modem at the beginning. */
	begins?: "job" | "package" | "cut package" | "failed install";
	/** Gives what tells the readings apart. */
	play: (bench: Bench) => string;
	sees: Record<string, string | RegExp>;
}

const sessionWithQuestion = (bench: Bench) => {
	bench.send("AT+WDSS=1,1");
	bench.wait(MINUTE);
};

/** Stops at about half a download, in any family. */
const halfDownload = (bench: Bench) => {
	sessionWithQuestion(bench);
	bench.send("AT+WDSR=3");
	bench.clock.runUntil(() => (bench.flash.download?.receivedBytes ?? 0) >= 100_000, MINUTE);
	bench.take();
};

/** The next session, told by its first bytes: a question, or a download from so many bytes on. */
const nextSession = (bench: Bench) => {
	bench.send("AT+WDSS=1,1");
	const kept: string[] = [];
	bench.clock.runUntil(() => {
		kept.push(...bench.take());
		return kept.some((line) => /^\+WDSI: (18|2$|8)/.test(line));
	}, MINUTE);
	const bytes = bench.flash.download?.receivedBytes ?? 0;
	return kept.includes("+WDSI: 2") ? "asks" : bytes > 0 ? "resumes" : "restarts";
};

const INTERRUPTED = { resumes: "resumes", restarts: "restarts", asks: "asks" };

const SCENES: Partial<Record<keyof Behaviour, Scene>> = {
	factoryResetRestoresAgreements: {
		begins: "package",
		play: (bench) => {
			bench.send("AT&F");
			bench.send("AT+WDSI=2");
			return `${bench.send("AT+WDSC?").includes("+WDSC: 2,1")} ${short(bench.wait(31 * MINUTE))}`;
		},
		sees: { false: "true 3", true: "false " },
	},
	factoryResetRestoresIndications: {
		play: (bench) => {
			bench.send("AT&F");
			return `${bench.flash.indications === 0}`;
		},
		sees: { true: "true", false: "false" },
	},
	updateKeepsSettings: {
		begins: "package",
		play: (bench) => {
			bench.send("AT+WDSR=4");
			bench.wait(5 * MINUTE);
			bench.send("ATE0");
			return `${bench.flash.version} ${bench.send("AT+WDSC?")[2]} ${bench.flash.indications}`;
		},
		sees: { true: /^\S+ \+WDSC: 2,1 4\d+$/, false: /^\S+ \+WDSC: 2,0 null$/ },
	},
	installAskedAtStart: {
		begins: "package",
		play: (bench) => `${short(bench.cycle(40 * MINUTE)).slice(-4)} ${bench.send("AT+WDSR=4")}`,
		sees: { true: /3 OK$/, false: /^[^3]* OK$/ },
	},
	readyStatusOverPowerCycle: {
		begins: "package",
		play: (bench) => {
			bench.cycle(0);
			bench.until("+WDSI: 0");
			bench.wait(3_000);
			const early = bench.send("AT+WDSG")[1];
			bench.wait(MINUTE);
			return `${early} ${bench.send("AT+WDSG")[1]}`;
		},
		sees: { true: "+WDSG: 1,3 +WDSG: 1,3", false: "+WDSG: 1,0 +WDSG: 1,3" },
	},
	readyStatusAfterSession: {
		begins: "package",
		play: (bench) => {
			sessionWithQuestion(bench);
			return bench.send("AT+WDSG").join(" ");
		},
		sees: { true: "+WDSG: 0,3 +WDSG: 1,3 OK", false: "+WDSG: 0,3 +WDSG: 1,0 OK" },
	},
	acceptDuringDelay: {
		begins: "package",
		play: (bench) => {
			bench.send("AT+WDSR=5,60");
			const early = bench.send("AT+WDSR=4").join();
			bench.wait(61 * MINUTE);
			return `${early} ${bench.flash.version === NEXT[bench.flash.model] || bench.send("AT+WDSR=4").join()}`;
		},
		sees: { true: "OK true", false: "+CME ERROR: 3 OK" },
	},
	downloadRefusable: {
		begins: "job",
		play: (bench) => {
			sessionWithQuestion(bench);
			const answer = bench.send("AT+WDSR=2,0").join();
			bench.wait(MINUTE);
			return `${answer} ${bench.server.jobs[0]?.state}`;
		},
		sees: { true: "OK FAILURE", false: "+CME ERROR: 3 IN_PROGRESS" },
	},
	downloadAfterPowerLoss: {
		begins: "job",
		play: (bench) => {
			halfDownload(bench);
			bench.cycle();
			return nextSession(bench);
		},
		sees: INTERRUPTED,
	},
	downloadAfterStop: {
		begins: "job",
		play: (bench) => {
			halfDownload(bench);
			bench.send("AT+WDSS=1,0");
			bench.wait(MINUTE);
			return nextSession(bench);
		},
		sees: INTERRUPTED,
	},
	resumeTellsSize: {
		begins: "job",
		play: (bench) => {
			halfDownload(bench);
			bench.cycle();
			bench.send("AT+WDSS=1,1");
			return short(bench.wait(MINUTE));
		},
		sees: { true: /9,200000 18.* 10 12 3/, false: /^(?!.*9,).* 10 12 3/ },
	},
	interruptedDownloadAtStart: {
		begins: "job",
		play: (bench) => {
			halfDownload(bench);
			return short(bench.cycle()).slice(-2);
		},
		sees: { asks: " 2", waits: /^.0$/ },
	},
	cutInstall: {
		begins: "cut package",
		play: (bench) => {
			const old = FAMILIES[bench.flash.model].version;
			bench.modem.powerOff();
			bench.modem.powerOn();
			bench.wait(15_000);
			const early = bench.modem.phase;
			bench.wait(10 * MINUTE);
			const atStart = bench.flash.version !== old;
			bench.send("AT+WDSS=1,1");
			bench.wait(10 * MINUTE);
			const afterSession = bench.flash.version !== old;
			return `${early} ${atStart} ${afterSession} ${bench.send("AT+WDSG")[1]}`;
		},
		sees: {
			session: "running false true +WDSG: 1,0",
			start: "running true true +WDSG: 1,0",
			bootloader: "installing true true +WDSG: 1,0",
			// The job is still there, and the server offers it again.
			lost: "running false false +WDSG: 1,2",
		},
	},
	failurePlace: {
		begins: "failed install",
		play: (bench) =>
			bench
				.wait(5 * MINUTE)
				.filter((line) => /KSUP|: 15/.test(line))
				.join(" "),
		sees: { "after-ksup": "+KSUP: 0 +WDSI: 15", "before-ksup": "+WDSI: 15 +KSUP: 0" },
	},
	progressForm: {
		begins: "job",
		play: (bench) => {
			sessionWithQuestion(bench);
			bench.send("AT+WDSR=3");
			return bench
				.wait(MINUTE)
				.filter((line) => line.startsWith("+WDSI: 18"))
				.join(" ");
		},
		sees: {
			quoted: /^\+WDSI: 18 \+WDSI: 18,"5%" .* \+WDSI: 18,"100%"$/,
			number: /^\+WDSI: 18,0 \+WDSI: 18,5 .* \+WDSI: 18,100$/,
			bare: /^(\+WDSI: 18 ?){21}$/,
		},
	},
	replyWithoutRequest: {
		play: (bench) => bench.send("AT+WDSR=4").join(),
		sees: { error: "+CME ERROR: 3", ok: "OK" },
	},
	acceptAnswer: {
		begins: "package",
		play: (bench) => {
			bench.type("AT+WDSR=4\r");
			return short(bench.wait(2_500));
		},
		sees: { "before-event": "OK 14", "after-event": "14 OK" },
	},
	installAskedAfterDownload: {
		begins: "job",
		play: (bench) => {
			halfDownload(bench);
			return `${short(bench.wait(40 * MINUTE)).replace(/.* 12/, "12")} ${bench.send("AT+WDSG")[1]} ${bench.send("AT+WDSR=4")}`;
		},
		sees: { true: "12 3 8 3 +WDSG: 1,3 OK", false: "12 8 +WDSG: 1,3 OK" },
	},
	downloadOpensSession: {
		begins: "job",
		play: (bench) => {
			sessionWithQuestion(bench);
			bench.send("AT+WDSR=3");
			return short(bench.wait(MINUTE)).replaceAll("23,1 ", "");
		},
		sees: { true: /^4 6 9,200000 .* 10 12 3 8$/, false: /^9,200000 .* 10 12 4 6 3 8$/ },
	},
	signatureCheckedAt: {
		begins: "job",
		play: (bench) => {
			sessionWithQuestion(bench);
			bench.send("AT+WDSR=3");
			const download = short(bench.wait(MINUTE)).includes(" 12");
			bench.send("AT+WDSR=4");
			return `${download} ${short(bench.wait(2_000))}`;
		},
		sees: { download: "true 14", install: "false 12 14" },
	},
	sessionAsksAgain: {
		begins: "job",
		play: (bench) => {
			sessionWithQuestion(bench);
			bench.send("AT+WDSR=2,1440");
			bench.send("AT+WDSS=1,1");
			return short(bench.wait(MINUTE)).replace("23,1 ", "");
		},
		sees: { true: "4 6 2 8", false: "4 6 8" },
	},
	pollAsksToConnect: {
		play: (bench) => {
			bench.send("AT+WDSC=3,10");
			return short(bench.wait(11 * MINUTE)).replace("23,1 ", "");
		},
		sees: { false: "4 6 8", true: "1" },
	},
	reportAsksToConnect: {
		begins: "failed install",
		play: (bench) =>
			short(bench.wait(5 * MINUTE))
				.replace("23,1 ", "")
				.replace(/.* 15/, "15"),
		sees: { false: "15 4 6 8", true: "15 1" },
	},
	downloadAgreementOffConnects: {
		play: (bench) => {
			bench.send("AT+WDSC=1,0");
			bench.server.notify();
			return short(bench.wait(MINUTE)).replace("23,1 ", "");
		},
		sees: { false: "1", true: "4 6 8" },
	},
	cancelledJobDropsPackage: {
		begins: "package",
		play: (bench) => {
			bench.server.cancelJobs();
			sessionWithQuestion(bench);
			return `${bench.send("AT+WDSG")[1]}`;
		},
		sees: { true: "+WDSG: 1,0", false: "+WDSG: 1,3" },
	},
	servicesNeedApn: {
		play: (bench) => {
			const came = bench.cycle().includes("+WDSI: 0");
			const status = bench.send("AT+WDSG")[0];
			const session = bench.send("AT+WDSS=1,1").join();
			bench.send('AT+WDSS=0,"iot.example"');
			return `${came} ${status} ${session} ${bench.wait(2_000).includes("+WDSI: 0")}`;
		},
		sees: { false: "true +WDSG: 0,3 OK false", true: "false +WDSG: 0,1 +CME ERROR: 3 true" },
	},
	sessionContextMode: {
		play: (bench) => bench.send("AT+WDSS=2,1").join(),
		sees: { false: "+CME ERROR: 3", true: "OK" },
	},
	longIdentification: {
		play: (bench) => bench.send("ATI9").join(" "),
		sees: { false: "ERROR", true: /^HL7800\.4\.4\.14\.0 HL7800 .* OK$/ },
	},
	fileRequest: {
		play: (bench) => {
			bench.type("AT+WDSD=1000\r");
			bench.raw = "";
			bench.clock.advance(4_000);
			return JSON.stringify(bench.raw);
		},
		sees: { nak: '"\\u0015\\u0015"', crc: '"CC"' },
	},
	mismatchedDelta: {
		play: (bench) => {
			const to = NEXT[bench.flash.model];
			typeFile(bench, emulatedDelta({ from: "another", to, sizeBytes: 2_000 }));
			const came = short(worded(bench.wait(MINUTE)));
			bench.send("AT+WDSR=4");
			return `${came}: ${short(bench.wait(10 * MINUTE))} ${bench.flash.version === to}`;
		},
		sees: {
			unchanged: /^OK 3: (?!.*\b1[56]\b).* false$/,
			failed: /^OK 3: .*\b15\b.* false$/,
			rejected: /^OK 13: .*false$/,
		},
	},
	errorNumber: {
		play: (bench) => bench.send("AT+WDSC=2,2").join(),
		sees: { 3: "+CME ERROR: 3", 916: "+CME ERROR: 916" },
	},
};

function begin(bench: Bench, begins: NonNullable<Scene["begins"]>): void {
	const fault: PackageFault = "none";
	bench.server.addJob({ version: NEXT[bench.flash.model], sizeBytes: 200_000, fault });
	if (begins === "job") {
		bench.modem.findRunning();
		return;
	}
	bench.flash.stored = bench.server.offer() ?? null;
	if (begins === "failed install" && bench.flash.stored) bench.flash.stored.install = "fail";
	bench.modem.findRunning();
	if (begins === "package") return;
	bench.send("AT+WDSR=4");
	if (begins === "cut package") bench.wait(MINUTE);
}

for (const { switch: name, question, readings, models } of UNCONFIRMED)
	for (const model of models)
		for (const reading of readings)
			test(`${model}, ${question} ${reading}`, (t) => {
				const scene = SCENES[name] as Scene;
				const bench = new Bench({ model, behaviour: { [name]: reading }, off: true });
				if (scene.begins) begin(bench, scene.begins);
				else bench.modem.findRunning();
				const seen = scene.play(bench);
				for (const [other, expected] of Object.entries(scene.sees)) {
					const fits = typeof expected === "string" ? seen === expected : expected.test(seen);
					t.is(fits, other === String(reading), `${JSON.stringify(seen)} against the reading ${other}`);
				}
			});

for (const { switch: name, readings, models } of UNCONFIRMED)
	for (const model of models)
		for (const reading of readings)
			test(`${model}, ${name} ${reading}: a host that asks and accepts gets the update, over power cuts`, (t) => {
				const bench = new Bench({ model, behaviour: { [name]: reading } });
				bench.send('AT+WDSS=0,"iot.example"');
				bench.server.addJob({ version: NEXT[model], sizeBytes: 200_000 });
				const accepts: Record<string, string> = { "+WDSG: 1,2": "AT+WDSR=3", "+WDSG: 1,3": "AT+WDSR=4" };
				for (let i = 0; i < 400 && bench.server.jobs[0]?.state !== "SUCCESS"; i++) {
					// Cut within a download, within an install, and in the middle of nothing.
					if ([4, 25, 60].includes(i)) bench.cycle();
					if (bench.send("AT+WDSR=1").includes("OK")) bench.wait(20_000);
					if (i % 10 === 0) bench.send("AT+WDSS=1,1");
					for (const line of bench.send("AT+WDSG")) if (accepts[line]) bench.send(accepts[line] as string);
					bench.wait(10_000);
				}
				t.is(bench.flash.version, NEXT[model]);
				t.is(bench.server.jobs[0]?.state, "SUCCESS");
			});

test("every unconfirmed thing has a scene for each of its readings, a source, and a default among them", (t) => {
	t.deepEqual(UNCONFIRMED.map((entry) => entry.switch).sort(), Object.keys(SCENES).sort());
	for (const { switch: name, readings, models, source } of UNCONFIRMED) {
		t.deepEqual(Object.keys(SCENES[name]?.sees ?? {}).sort(), readings.map(String).sort(), name);
		t.true(readings.length >= 2 && source.length > 0);
		for (const model of models)
			t.true((readings as readonly unknown[]).includes(DEFAULT_BEHAVIOUR[model][name]), name);
	}
});

test("every item of section 9 that the emulator can show has an entry", (t) => {
	const items = UNCONFIRMED.flatMap(({ source }) =>
		[...source.matchAll(/9 item (\d+)/g)].map((m) => Number(m[1])),
	);
	// 10 belongs to the local download; 13 is the vendor's answer, which section 11 gives.
	t.deepEqual(
		[...new Set(items)].sort((a, b) => a - b),
		[1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12],
	);
});
