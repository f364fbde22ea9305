// Requirements: P6, P7, P8, R6, R18
import test from "ava";
import { orAll, shareOf, timesOf } from "../support/share.js";
import { Bench, download, HOUR_MS, install, offering } from "./support/bench.js";
import { FROM, TO, writeOrder } from "./support/order-files.js";
import type { Running } from "./support/running.js";
import type { Script, ScriptedModem } from "./support/scripted-modem.js";

const OFF = ["--off", "11m"];
const NEW = TO.HL7800;
const OLD = FROM.HL7800;

interface Stage {
	title: string;
	script: Script;
	/** Resolves when the boot has come so far. */
	reached: (run: Running, modem: ScriptedModem) => Promise<unknown>;
	/** A session is up then. */
	session?: boolean;
	status: number;
	closed: Record<string, unknown>;
}

const HALF: Script = offering("HL7800", { download: [...download().slice(0, 3)] });
const commanded = (pattern: RegExp) => (_: Running, modem: ScriptedModem) => modem.next(pattern);
const powerOff = { outcome: "failed", reason: "power-off" };

const STAGES: readonly Stage[] = [
	{
		title: "while the modem is silent",
		script: { down: true },
		reached: commanded(/^AT$/),
		status: 4,
		closed: powerOff,
	},
	{
		title: "while the modem is armed",
		script: offering("HL7800", { answerAfterMs: 100 }),
		reached: commanded(/^AT\+WDSC=1,1$/),
		status: 4,
		closed: powerOff,
	},
	{
		title: "when the session opens",
		script: offering("HL7800", { session: ["+WDSI: 4", "+WDSI: 6"] }),
		reached: commanded(/^AT\+WDSS=1,1$/),
		session: true,
		status: 4,
		closed: powerOff,
	},
	{
		title: "in the middle of the download",
		script: HALF,
		reached: (run) => run.until((event) => event.event === "progress" && event.percent === 50),
		session: true,
		status: 4,
		closed: powerOff,
	},
	{
		title: "after the install was sent",
		script: offering("HL7800", { install: ["+WDSI: 14", (modem) => modem.down()] }),
		reached: commanded(/^AT\+WDSR=4$/),
		status: 5,
		closed: { outcome: "mixed", reason: "power-off" },
	},
	{
		title: "while the install is reported",
		script: offering("HL7800", { install: install(NEW, ["+KSUP: 0", "+WDSI: 16", "+WDSI: 4", "+WDSI: 6"]) }),
		reached: (run) => run.until("element"),
		session: true,
		status: 0,
		closed: { outcome: "updated" },
	},
];

for (const signal of ["SIGTERM", "SIGINT"] as const)
	for (const { title, script, reached, session, status, closed } of orAll(
		STAGES.filter(({ title }) => (signal === "SIGTERM" ? /silent|download|sent/ : /download/).test(title)),
		STAGES.filter(({ title }) => signal === "SIGTERM" || /download|sent/.test(title)),
	))
		test(`${signal} ${title} is an orderly power-off`, async (t) => {
			const bench = new Bench(t);
			const modem = bench.modem(script);
			const run = await bench.boot(modem, OFF);
			await reached(run, modem);
			run.kill(signal);
			const ended = await bench.end(run, modem);
			t.like(run.fields("closed"), closed);
			t.is(ended.status, status);
			if (session) t.true(modem.received.includes("AT+WDSS=1,0"), modem.received.join());
			const next = await bench.whole(bench.modem({ version: NEW }), ["--threshold", "10h"], {
				systemMs: HOUR_MS,
			});
			const { offTime } = next.fields("decided") as { offTime: { atLeast?: number } };
			t.true((offTime.atLeast ?? 0) > HOUR_MS * 0.98, `a final mark: ${next.out}`);
		});

test("SIGTERM while guarding ends a session and leaves a final mark, with the status of the boot", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(offering());
	const run = await bench.boot(modem, [...OFF, "--guard-for", "forever"]);
	await run.until("armed");
	run.kill("SIGTERM");
	run.kill("SIGINT");
	t.is((await bench.end(run, modem)).status, 0);
	const next = await bench.whole(bench.modem({ version: NEW }), [], { systemMs: HOUR_MS });
	const { offTime } = next.fields("decided") as { offTime: { atLeast?: number } };
	t.true((offTime.atLeast ?? 0) > HOUR_MS * 0.98, next.out);
});

test("SIGTERM while a session is up that reports our own install ends it", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(offering("HL7800", { install: install(NEW, ["+KSUP: 0", "+WDSI: 16"]) }));
	const run = await bench.boot(modem, [...OFF, "--guard-for", "forever"], { faster: 10 });
	await run.until("armed");
	modem.say("+WDSI: 4");
	modem.say("+WDSI: 6");
	// The guard has heard it when it has answered what came after it.
	modem.say("+WDSI: 2");
	await run.until("refused");
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 0);
	t.false(modem.inSession, modem.received.join());
});

for (const { title, script, reached, closed } of orAll(
	STAGES.filter(({ title }) => /download/.test(title)),
	STAGES.filter(({ closed }) => closed === powerOff),
))
	test(`a power cut ${title} costs nothing: the next window updates`, async (t) => {
		const bench = new Bench(t);
		const modem = bench.modem(script);
		const run = await bench.boot(modem, OFF);
		await reached(run, modem);
		run.kill("SIGKILL");
		await run.ended;
		t.deepEqual(run.of("closed"), []);
		const next = await bench.whole(bench.modem(offering()), OFF);
		t.is(next.fields("order").outcome, "in-force");
		t.is(next.status, 0, next.told);
		t.notDeepEqual(next.fields("closed"), closed);
	});

/** A boot that is cut when the install was sent. */
async function cutWhenSent(bench: Bench): Promise<void> {
	const modem = bench.modem(offering("HL7800", { install: ["+WDSI: 14", (cut) => cut.down()] }));
	const run = await bench.boot(modem, OFF);
	await modem.next(/^AT\+WDSR=4$/);
	run.kill("SIGKILL");
	await run.ended;
}

interface Recovery {
	title: string;
	script: Script;
	args?: readonly string[];
	faster?: number;
	set: string;
	status: number;
	next: { window: string; reason: string };
}

const RECOVERIES: readonly Recovery[] = [
	{
		title: "the new version",
		script: { version: NEW },
		set: "new",
		status: 0,
		next: { window: "closed", reason: "nothing-to-do" },
	},
	{
		title: "the old version, idle",
		script: { version: OLD },
		set: "old",
		status: 4,
		next: { window: "closed", reason: "off-too-short" },
	},
	{
		title: "the old version, with the package still there",
		script: { version: OLD, activity: 3 },
		set: "old",
		status: 4,
		next: { window: "closed", reason: "off-too-short" },
	},
	{
		title: "a version that nobody ordered",
		script: { version: "HL7800.4.7.1.0" },
		set: "mixed",
		status: 5,
		next: { window: "closed", reason: "off-too-short" },
	},
	{
		title: "a modem that is busy with a session",
		script: { version: OLD, activity: 1 },
		faster: 15,
		set: "mixed",
		status: 5,
		next: { window: "recover", reason: "journal-open" },
	},
	{
		title: "a modem that is silent",
		script: { down: true },
		faster: 15,
		set: "mixed",
		status: 5,
		next: { window: "recover", reason: "journal-open" },
	},
	{
		title: "no time to ask",
		script: { version: OLD },
		args: ["--recover-within", "0s"],
		set: "mixed",
		status: 5,
		next: { window: "recover", reason: "journal-open" },
	},
];

for (const { title, script, args = [], faster = 1, set, status, next } of shareOf(RECOVERIES, 3))
	test(`P7: a cut after sent recovers before release: ${title}`, async (t) => {
		const bench = new Bench(t);
		await cutWhenSent(bench);
		const modem = bench.modem({ agreed: true, ...script });
		const run = await bench.whole(modem, args, { faster });
		t.like(run.fields("decided"), { window: "recover", reason: "journal-open" });
		t.like(run.fields("recovered"), { set });
		t.is(run.status, status);
		const { at: releasedAt = Number.NaN } = run.of("released")[0] ?? {};
		const limitMs = args.includes("0s") ? 5_000 : 90_000;
		t.true(releasedAt < limitMs, run.out);
		const after = await bench.whole(bench.modem({ version: modem.version }));
		t.like(after.fields("decided"), next, after.out);
	});

test("P7: a recovery that could not end goes on at the next boot", async (t) => {
	const bench = new Bench(t);
	await cutWhenSent(bench);
	const first = await bench.whole(bench.modem({ down: true }), [], { faster: 40 });
	t.is(first.status, 5);
	const run = await bench.whole(bench.modem({ version: NEW, agreed: true }));
	t.like(run.fields("recovered"), { set: "new" });
	t.is(run.status, 0);
});

test("P7: a refused order does not keep a boot from its recovery; the status says the order", async (t) => {
	const bench = new Bench(t);
	await cutWhenSent(bench);
	bench.order = writeOrder(bench.directory, { forged: true, sequence: 9 });
	const run = await bench.whole(bench.modem({ version: NEW, agreed: true }));
	t.like(run.fields("recovered"), { set: "new" });
	t.is(run.status, 66);
});

test("P7: an open journal comes before a new order and before the off-time", async (t) => {
	const bench = new Bench(t);
	await cutWhenSent(bench);
	bench.order = writeOrder(bench.directory, { sequence: 2, from: [OLD, NEW], to: "HL7800.4.7.1.0" });
	const run = await bench.whole(bench.modem({ version: NEW, agreed: true }), OFF);
	t.like(run.fields("order"), { outcome: "accepted" });
	t.like(run.fields("recovered"), { set: "new" });
	t.is(run.status, 0);
	const next = await bench.whole(
		bench.modem(
			offering("HL7800", {
				version: NEW,
				install: install("HL7800.4.7.1.0", ["+KSUP: 0", "+WDSI: 16", "+WDSI: 8"]),
			}),
		),
		OFF,
	);
	t.like(next.fields("closed"), { outcome: "updated" }, next.out);
});

test("P7: SIGTERM in a recovery is an orderly power-off, mixed", async (t) => {
	const bench = new Bench(t);
	await cutWhenSent(bench);
	const modem = bench.modem({ down: true });
	const run = await bench.boot(modem);
	await modem.next(/^AT$/);
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 5);
	t.like(run.fields("recovered"), { set: "mixed" });
});

test("P7: a port that does not open leaves a recovery mixed", async (t) => {
	const bench = new Bench(t);
	await cutWhenSent(bench);
	const run = await bench.whole(`${bench.directory}/tty`, []);
	t.like(run.fields("recovered"), { set: "mixed" });
	t.is(run.status, 5);
	t.is(run.names().at(-1), "unguarded");
});

test("P8: an order that failed three times is given up until a new one comes", async (t) => {
	const bench = new Bench(t);
	const failing = offering("HL7800", { install: install(OLD, ["+KSUP: 0", "+WDSI: 15"]) });
	for (let attempt = 1; attempt <= 3; attempt++) {
		const run = await bench.whole(bench.modem(failing), OFF);
		t.like(run.fields("closed"), { outcome: "failed" }, run.out);
	}
	const given = await bench.whole(bench.modem(failing), OFF);
	t.like(given.fields("decided"), { window: "closed", reason: "given-up" });
	t.is(given.status, 3);
	bench.order = writeOrder(bench.directory, { sequence: 2 });
	const run = await bench.whole(bench.modem(offering()), OFF);
	t.is(run.status, 0);
});

test("P6: a package that was downloaded under this order is used by the next window without a download", async (t) => {
	const bench = new Bench(t);
	// Its question about the install comes too late for the first window.
	const modem = bench.modem(offering("HL7800", { download: download().slice(0, -2) }));
	const run = await bench.boot(modem, OFF);
	await run.until((event) => JSON.stringify(event.value ?? "").includes('"downloaded"'));
	run.kill("SIGKILL");
	await run.ended;
	const received = modem.received.length;
	const closed = await bench.boot(modem);
	await closed.ended;
	t.like(closed.fields("refused"), { request: "install", minutes: 1440 });
	const next = await bench.whole(modem, OFF);
	t.is(next.status, 0, next.told);
	t.false(modem.received.slice(received).includes("AT+WDSR=3"));
});

/** So many commands an update has at least. */
const COMMANDS = 32;

/** What one cut costs: none of it is another window, a second install or a boot without an end. */
test("P6, P7: after a cut at any command the next boots end, and the next window ends with the new version", async (t) => {
	const every = timesOf(12, 4);
	const seed = Number(process.env.SEED ?? Date.now() % every);
	t.log(`SEED=${seed}`);
	const cuts = Array.from({ length: COMMANDS }, (_, index) => index + 1).filter(
		(command) => command % every === seed % every,
	);
	await Promise.all(
		cuts.map(async (commands) => {
			const bench = new Bench(t);
			const modem = bench.modem(offering());
			const run = await bench.boot(modem, OFF);
			while (modem.received.length < commands) await Promise.race([modem.next(/^/), run.ended]);
			run.kill("SIGKILL");
			await run.ended;
			const isSent = modem.received.includes("AT+WDSR=4");
			const soon = await bench.whole(modem);
			const { window } = soon.fields("decided");
			t.true(window === "closed" || (isSent && window === "recover"), `cut at ${commands}: ${soon.out}`);
			const later = await bench.whole(modem, OFF);
			// The modem went on while nobody listened: a size that nobody saw identifies nothing.
			if (later.of("closed")[0]?.reason === "unidentified-package") {
				t.is(modem.received[commands - 1], "AT+WDSR=3");
				t.is(later.status, 4);
				t.is(modem.version, OLD);
				return;
			}
			t.true([0, 3].includes(later.status ?? -1), `cut at ${commands}: ${soon.out}${later.out}`);
			t.is(modem.version, NEW, `cut at ${commands}`);
			t.is(modem.received.filter((line) => line === "AT+WDSR=4").length, 1, `cut at ${commands}`);
		}),
	);
});
