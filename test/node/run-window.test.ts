// Requirements: P1, P4, P5, P6, R4, R6, R7, R10, R18
import { execFileSync } from "node:child_process";
import test from "ava";
import { shareOf } from "../support/share.js";
import { Bench, download, INSTALLED, install, OFFER, offering } from "./support/bench.js";
import { FROM, SIZE_BYTES, TO } from "./support/order-files.js";
import type { Rule, Script, Step } from "./support/scripted-modem.js";

const OFF = ["--off", "11m"];
const NEW = TO.HL7800;
const OLD = FROM.HL7800;

for (const model of ["HL7692", "HL7800"] as const) {
	test(`an ${model} is updated in an open window, and the next boot has nothing to do`, async (t) => {
		const bench = new Bench(t, { model });
		const modem = bench.modem(offering(model));
		const run = await bench.whole(modem, OFF);
		t.is(run.status, 0);
		t.like(run.fields("order"), { outcome: "accepted" });
		t.like(run.fields("decided"), {
			window: "open",
			reason: "off-long-enough",
			offTime: { atLeast: 660_000 },
		});
		t.deepEqual(run.fields("element"), {
			element: "modem",
			from: FROM[model],
			to: TO[model],
			is: TO[model],
			outcome: "updated",
		});
		t.like(run.fields("closed"), { outcome: "updated" });
		t.deepEqual(modem.accepting, ["AT+WDSS=1,1", "AT+WDSR=3", "AT+WDSR=4"]);
		const percents = run.of("progress").map(({ phase, percent }) => `${phase} ${percent}`);
		t.deepEqual(percents, ["download 0", "download 50", "download 100", "install 0", "install 100"]);
		t.is(run.names().at(-1), "armed");

		const next = bench.modem({ model, version: TO[model] });
		const after = await bench.whole(next, OFF);
		t.is(after.status, 3);
		t.like(after.fields("order"), { outcome: "in-force" });
		t.like(after.fields("decided"), { window: "closed", reason: "nothing-to-do" });
		t.deepEqual(after.of("uninvited"), []);
	});
}

interface Ending {
	title: string;
	script: Script;
	args?: readonly string[];
	order?: Parameters<typeof offerOf>[0];
	status: number;
	closed: Record<string, unknown>;
	element?: Record<string, unknown>;
	accepting?: readonly string[];
	faster?: number;
}

function offerOf(order: { model?: string; adopt?: boolean; from?: string[] }) {
	return order;
}

const SESSION = "AT+WDSS=1,1";
const DOWNLOAD = "AT+WDSR=3";
const INSTALL = "AT+WDSR=4";
const ALL = [SESSION, DOWNLOAD, INSTALL];
const BARE_SESSION: readonly Step[] = ["+WDSI: 4", "+WDSI: 6", "+WDSI: 23,1", 10, "+WDSI: 8"];

/** Refuses the first so many commands that match. */
function notBefore(pattern: RegExp, commands: number): Rule {
	let refused = 0;
	return [pattern, () => (refused++ < commands ? ["+CME ERROR: 3"] : undefined)];
}

/** Does what it is told and says nothing to it. */
function silently(pattern: RegExp): Rule {
	return [
		pattern,
		(modem) => {
			modem.follow("install");
			return [];
		},
	];
}

const ENDINGS: readonly Ending[] = [
	{
		title: "a modem that has the version already is current",
		script: { version: NEW },
		status: 0,
		closed: { outcome: "current" },
		element: { from: NEW, is: NEW, outcome: "current" },
		accepting: [],
	},
	{
		title: "a session that ends without a request has no job, 2 s later",
		script: { session: BARE_SESSION },
		status: 4,
		closed: { outcome: "failed", reason: "no-job" },
		element: { from: OLD, is: OLD, outcome: "failed" },
		accepting: [SESSION],
	},
	{
		title: "a session that never says a word has no job, 120 s later",
		script: { session: [] },
		faster: 20,
		status: 4,
		closed: { outcome: "failed", reason: "no-job" },
		accepting: [SESSION],
	},
	{
		title: "a modem that cannot authenticate closes the window at once",
		script: { session: ["+WDSI: 4", "+WDSI: 5"] },
		status: 4,
		closed: { outcome: "failed", reason: "authentication-failed" },
		accepting: [SESSION],
	},
	{
		title: "a server that refuses the session closes the window at once",
		script: { session: ["+WDSI: 4", "+WDSI: 7"] },
		status: 4,
		closed: { outcome: "failed", reason: "session-refused" },
		accepting: [SESSION],
	},
	{
		title: "a package of the wrong size is never installed",
		script: offering("HL7800", { download: download(SIZE_BYTES + 1) }),
		status: 4,
		closed: { outcome: "failed", reason: "wrong-size" },
		element: { from: OLD, is: OLD, outcome: "failed" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "a download that fails closes the window at once",
		script: offering("HL7800", { download: [`+WDSI: 9,${SIZE_BYTES}`, "+WDSI: 18,3", "+WDSI: 11,1"] }),
		status: 4,
		closed: { outcome: "failed", reason: "download-failed" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "a modem without room closes the window at once",
		script: offering("HL7800", { download: ["+WDSI: 11"] }),
		status: 4,
		closed: { outcome: "failed", reason: "download-failed" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "a package with a bad signature closes the window at once",
		script: offering("HL7800", {
			download: [`+WDSI: 9,${SIZE_BYTES}`, "+WDSI: 18,100", "+WDSI: 10", "+WDSI: 13"],
		}),
		status: 4,
		closed: { outcome: "failed", reason: "signature-rejected" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "an install that fails leaves the old version",
		script: offering("HL7800", { install: install(OLD, ["+WDSI: 0", "+KSUP: 0", "+WDSI: 15"]) }),
		status: 4,
		closed: { outcome: "failed", reason: "install-failed" },
		element: { from: OLD, is: OLD, outcome: "failed" },
		accepting: ALL,
	},
	{
		title: "an install that fails without a restart leaves the old version",
		script: offering("HL7800", {
			install: [
				"+WDSI: 14",
				20,
				(modem) => {
					modem.activity = 0;
				},
				"+WDSI: 15",
			],
		}),
		status: 4,
		closed: { outcome: "failed", reason: "install-failed" },
		accepting: ALL,
	},
	{
		title: "an install whose result nobody says is read back, 10 s after +KSUP",
		script: offering("HL7800", { install: install(NEW, ["+KSUP: 0"]) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install whose only sign is +WDSI: 0 is read back",
		script: offering("HL7800", { install: install(NEW, ["+WDSI: 0"]) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install whose only sign is +PBREADY is read back",
		script: offering("HL7800", { install: install(NEW, ["+PBREADY"]) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install whose only sign is an answer to AT is read back",
		script: offering("HL7800", { install: install(NEW, []) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install that says nothing at all, not even 14, is read back",
		script: offering("HL7800", { install: install(NEW, []).slice(1) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "a success that the modem claims and the version does not show is a failure",
		script: offering("HL7800", { install: install(OLD, INSTALLED) }),
		status: 4,
		closed: { outcome: "failed", reason: "install-failed" },
		element: { is: OLD, outcome: "failed" },
		accepting: ALL,
	},
	{
		title: "a failure that the modem claims and the version does not show is an update",
		script: offering("HL7800", { install: install(NEW, ["+KSUP: 0", "+WDSI: 15"]) }),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install that ends in a version nobody ordered is mixed",
		script: offering("HL7800", { install: install("HL7800.4.6.9.4", INSTALLED) }),
		status: 5,
		closed: { outcome: "mixed" },
		element: { is: "HL7800.4.6.9.4", outcome: "wrong-version" },
		accepting: ALL,
	},
	{
		title: "P4: an install that never comes back ends with the install's time, mixed",
		script: offering("HL7800", { install: ["+WDSI: 14", (modem) => modem.down()] }),
		args: ["--install-timeout", "30s"],
		faster: 10,
		status: 5,
		closed: { outcome: "mixed" },
		element: { from: OLD, is: "", outcome: "failed" },
		accepting: ALL,
	},
	{
		title: "P5: a modem in a version that the order does not start from is left as it is",
		script: { version: "HL7800.4.3.9.0" },
		status: 4,
		closed: { outcome: "failed", reason: "wrong-version" },
		element: { from: "HL7800.4.3.9.0", is: "HL7800.4.3.9.0", outcome: "wrong-version" },
		accepting: [],
	},
	{
		title: "P5: a modem that is not the order's model is left as it is",
		script: { model: "HL7692", version: FROM.HL7692, session: OFFER },
		status: 4,
		closed: { outcome: "failed", reason: "wrong-model" },
		accepting: [],
	},
	{
		title: "P5: a modem of neither family is left as it is",
		script: { model: "BG96", version: "BG96MAR02A07M1G", session: OFFER },
		status: 4,
		closed: { outcome: "failed", reason: "wrong-model" },
		accepting: [],
	},
	{
		title: "P5: a modem that is the order's model but not the one --modem names is left as it is",
		script: { session: OFFER },
		args: ["--modem", "HL7692", "--deadline", "20s", "--install-timeout", "5s"],
		faster: 5,
		status: 4,
		closed: { outcome: "failed", reason: "wrong-model" },
		accepting: [],
	},
	{
		title: "P4: a deadline shorter than the install goes as far as the time allows",
		script: offering(),
		args: ["--deadline", "30s", "--install-timeout", "15m"],
		status: 4,
		closed: { outcome: "deadline", reason: "no-time-to-install" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "P4: a modem that never answers is no modem, 60 s later",
		script: { down: true },
		faster: 40,
		status: 4,
		closed: { outcome: "failed", reason: "no-modem" },
		element: { from: "", is: "", outcome: "failed" },
		accepting: [],
	},
	{
		title: "P4: a modem that never answers does not outlive the deadline",
		script: { down: true },
		args: ["--deadline", "10s", "--install-timeout", "1s"],
		faster: 20,
		status: 4,
		closed: { outcome: "deadline" },
		accepting: [],
	},
	{
		title: "P6: a downloaded package of unknown origin is put off, not installed",
		script: { activity: 3, agreed: true },
		status: 4,
		closed: { outcome: "failed", reason: "unidentified-package" },
		accepting: [],
	},
	{
		title: "P6: an order that adopts takes a downloaded package of unknown origin, and the read-back decides",
		script: { activity: 3, agreed: true, install: install(NEW, INSTALLED) },
		order: { adopt: true },
		status: 0,
		closed: { outcome: "updated" },
		accepting: [INSTALL],
	},
	{
		title: "P6: a half download that resumes by itself is ended at once",
		script: { session: ["+WDSI: 4", "+WDSI: 6", "+WDSI: 18,40", 50, "+WDSI: 18,60", "+WDSI: 10"] },
		status: 4,
		closed: { outcome: "failed", reason: "unidentified-package" },
		accepting: [SESSION],
	},
	{
		title: "P6: a half download that resumes with another size is foreign",
		script: { session: ["+WDSI: 4", "+WDSI: 6", `+WDSI: 9,${SIZE_BYTES + 1}`, 50, "+WDSI: 18,60"] },
		status: 4,
		closed: { outcome: "failed", reason: "foreign-package" },
		accepting: [SESSION],
	},
	{
		title: "a package that asks 3 s after the boot was answered and the session goes on is installed",
		script: offering("HL7800", { session: [600, ...OFFER] }),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "a question that comes with the session's end is answered",
		script: offering("HL7800", { session: ["+WDSI: 4", "+WDSI: 6", "+WDSI: 8", 300, "+WDSI: 2"] }),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "a question to connect is answered in an open window",
		script: offering("HL7800", { session: ["+WDSI: 1", 20, ...OFFER] }),
		status: 0,
		closed: { outcome: "updated" },
		accepting: [SESSION, "AT+WDSR=1", DOWNLOAD, INSTALL],
	},
	{
		title: "a package that waits on the server without asking is downloaded",
		script: offering("HL7800", {
			session: [
				"+WDSI: 4",
				"+WDSI: 6",
				(modem) => {
					modem.activity = 2;
				},
				"+WDSI: 8",
			],
		}),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install request that never comes after the download is asked for",
		script: offering("HL7800", {
			download: download().filter((step) => step !== "+WDSI: 3" && step !== "+WDSI: 8"),
		}),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "P6: a package of unknown origin that asks late is put off, not installed",
		script: { session: ["+WDSI: 4", "+WDSI: 6", 300, "+WDSI: 3"] },
		status: 4,
		closed: { outcome: "failed", reason: "unidentified-package" },
		accepting: [SESSION],
	},
	{
		title: "P4: a download that takes all the time leaves none for the install",
		script: offering("HL7800", {
			session: OFFER.slice(0, -2),
			download: [...download().slice(0, 3), 7_000, ...download().slice(3)],
		}),
		args: ["--deadline", "60s", "--install-timeout", "10s"],
		faster: 8,
		status: 4,
		closed: { outcome: "deadline", reason: "no-time-to-install" },
		accepting: [SESSION, DOWNLOAD],
	},
	{
		title: "P1: a modem that does not take the agreements is given nothing",
		script: offering("HL7800", { rules: [[/^AT\+WDSC=2,1$/, () => ["ERROR"]]] }),
		faster: 4,
		status: 4,
		closed: { outcome: "failed", reason: "agreements-refused" },
		accepting: [],
	},
	{
		title: "P5: a modem that does not tell its version is given nothing",
		script: offering("HL7800", { rules: [[/^(AT\+CGMR|ATI3)$/, () => ["ERROR"]]] }),
		faster: 20,
		status: 4,
		closed: { outcome: "failed", reason: "version-unreadable" },
		accepting: [],
	},
	{
		title: "a download that the modem refuses to begin is tried again, then the window closes",
		script: offering("HL7800", { rules: [[/^AT\+WDSR=3$/, () => ["+CME ERROR: 3"]]] }),
		faster: 4,
		status: 4,
		closed: { outcome: "failed" },
	},
	{
		title: "an install that the modem refuses to begin leaves the old version",
		script: offering("HL7800", { rules: [[/^AT\+WDSR=4$/, () => ["+CME ERROR: 3"]]] }),
		faster: 4,
		status: 4,
		closed: { outcome: "failed", reason: "install-refused" },
		element: { is: OLD, outcome: "failed" },
	},
	{
		title: "a modem whose device services come late is updated",
		script: offering("HL7800", { rules: [notBefore(/^AT\+WDS[GS]/, 6)] }),
		faster: 4,
		status: 0,
		closed: { outcome: "updated" },
	},
	{
		title: "P4: a deadline of no time at all closes at once",
		script: offering(),
		args: ["--deadline", "0s"],
		status: 4,
		closed: { outcome: "deadline", reason: "no-time-to-install" },
		accepting: [],
	},
	{
		title: "the first contact, with a bootstrap before the session, is waited for",
		script: offering("HL7800", {
			session: ["+WDSI: 4", "+WDSI: 6", "+WDSI: 23,0", "+WDSI: 8", 300, ...OFFER],
		}),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "events that come before the OK of the command that caused them are heard",
		script: offering("HL7800", {
			rules: [
				[/^AT\+WDSS=1,1$/, () => ["+WDSI: 4", "+WDSI: 6", "+WDSI: 23,1", "+WDSI: 2", "OK"]],
				[
					/^AT\+WDSR=4$/,
					(modem) => {
						modem.follow("install");
						return ["+WDSI: 14", "OK"];
					},
				],
			],
		}),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install that begins without an OK is not sent twice",
		script: offering("HL7800", { rules: [silently(/^AT\+WDSR=4$/)] }),
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install that begins without an OK and whose only sign is an answer to AT is not sent twice",
		script: offering("HL7800", {
			install: ["+WDSI: 14", ...install(NEW, []).slice(1)],
			rules: [silently(/^AT\+WDSR=4$/)],
		}),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "an install of many seconds without an OK is not sent twice",
		script: offering("HL7800", {
			install: [
				"+WDSI: 14",
				(modem) => {
					modem.down();
					modem.play([1_500, () => modem.become(NEW), () => modem.up(), ...INSTALLED]);
				},
			],
			rules: [silently(/^AT\+WDSR=4$/)],
		}),
		faster: 10,
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
	{
		title: "every form of progress is understood",
		script: offering("HL7692", {
			download: [
				`+WDSI: 9,${SIZE_BYTES},0,0`,
				"+WDSI: 18",
				'+WDSI: 18,"7%"',
				"+WDSI: 18,50",
				...download().slice(4),
			],
		}),
		order: { model: "HL7692" },
		status: 0,
		closed: { outcome: "updated" },
		accepting: ALL,
	},
];

for (const { title, script, args = [], order = {}, ...expected } of shareOf(ENDINGS, 3))
	test(title, async (t) => {
		const { status, closed, element, accepting, faster = 1 } = expected;
		const bench = new Bench(t, order);
		const modem = bench.modem(script);
		const run = await bench.whole(modem, [...OFF, ...args], { faster });
		t.like(run.fields("closed"), closed, run.told);
		t.is(run.status, status);
		if (element) t.like(run.fields("element"), element);
		if (accepting) t.deepEqual(modem.accepting, accepting);
	});

test("no job is concluded 2 s after the session's end", async (t) => {
	const bench = new Bench(t);
	const run = await bench.whole(bench.modem({ session: ["+WDSI: 4", "+WDSI: 6", "+WDSI: 8"] }), OFF);
	const unoffered = run.events.find(({ value }) => JSON.stringify(value)?.includes("unoffered"));
	const waitedMs = (run.of("closed")[0]?.at ?? 0) - (unoffered?.at ?? 0);
	t.true(waitedMs >= 1_950 && waitedMs < 10_000, run.out);
});

test("a deadline that leaves no time for an install is said on standard error, with both values", async (t) => {
	const bench = new Bench(t);
	for (const deadline of ["3s", "15m"]) {
		const modem = bench.modem({ version: TO.HL7800 });
		const run = await bench.whole(modem, [
			...OFF,
			"--deadline",
			deadline,
			"--state",
			`${bench.state}-${deadline}`,
		]);
		t.regex(run.err, new RegExp(`--deadline ${deadline}.*--install-timeout 15m`), deadline);
	}
});

test("a port that does not open ends an open window, and leaves a closed one closed", async (t) => {
	const bench = new Bench(t);
	const nowhere = `${bench.directory}/tty`;
	const closed = await bench.whole(nowhere);
	t.is(closed.status, 3);
	t.deepEqual(closed.names(), ["order", "decided", "released", "unguarded"]);
	const open = await bench.whole(nowhere, OFF);
	t.is(open.status, 4);
	t.like(open.fields("closed"), { outcome: "failed", reason: "no-modem" });
	t.is(open.names().at(-1), "unguarded");
	const noTerminal = await bench.whole(bench.order, OFF);
	t.is(noTerminal.status, 4);
	t.like(noTerminal.fields("closed"), { outcome: "failed", reason: "no-modem" });
});

const STAGES: readonly [title: string, pattern: RegExp, status: number, outcome: string][] = [
	["at the first AT", /^AT$/, 4, "failed"],
	["while it is armed", /^AT\+WDSC=1,1$/, 4, "failed"],
	["while it is read", /^AT\+WDSG$/, 4, "failed"],
	["when the session opens", /^AT\+WDSS=1,1$/, 4, "failed"],
	["when the download is accepted", /^AT\+WDSR=3$/, 4, "failed"],
	["when the install is sent", /^AT\+WDSR=4$/, 5, "mixed"],
];

for (const [title, pattern, status, outcome] of shareOf(STAGES, 2))
	test(`a port that goes away ${title} ends the window`, async (t) => {
		const bench = new Bench(t);
		const modem = bench.modem(offering());
		const run = await bench.boot(modem, OFF);
		await modem.next(pattern);
		modem.close();
		const ended = await bench.end(run, modem);
		t.is(ended.status, status);
		t.like(run.fields("closed"), { outcome, reason: "no-modem" });
		t.is(run.names().at(-1), "unguarded");
	});

test("a port that goes away while guarding changes nothing but the guard", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "1s"]);
	await modem.next(/^AT\+WDSC=2,1$/);
	modem.close();
	t.is((await bench.end(run, modem)).status, 3);
	t.is(run.names().at(-1), "unguarded");
});

test("the port is opened with 115200 8N1, and RTS/CTS where it is asked for", async (t) => {
	const bench = new Bench(t);
	for (const [args, expected] of [
		[[], "-crtscts"],
		[["--rtscts"], " crtscts"],
	] as const) {
		const modem = bench.modem();
		const run = await bench.boot(modem, ["--guard-for", "forever", ...args]);
		await run.until("armed");
		const settings = execFileSync("stty", ["-F", modem.device, "-a"], { encoding: "utf8" });
		run.kill("SIGTERM");
		await bench.end(run, modem);
		for (const setting of ["speed 115200 baud", " cs8", "-parenb", "-cstopb", expected])
			t.true(settings.includes(setting), `${setting} in ${settings}`);
	}
});
