// Requirements: P2, P3, R2, R3, R18
import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "ava";
import { orAll, shareOf } from "../support/share.js";
import { Bench, HOUR_MS, offering } from "./support/bench.js";
import { TO } from "./support/order-files.js";

const MINUTE_MS = HOUR_MS / 60;
const CURRENT = { version: TO.HL7800 };

test("P2: a first run on an empty directory is closed, no-mark, and makes the directory", async (t) => {
	const bench = new Bench(t);
	const run = await bench.whole(bench.modem());
	t.like(run.fields("decided"), { window: "closed", reason: "no-mark", offTime: { unknown: "no-mark" } });
	t.true(readdirSync(bench.state).length > 0);
});

test("P2: an hour off is measured and opens the window", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem());
	const endedMs = performance.now();
	const modem = bench.modem(offering());
	const run = await bench.boot(modem, [], { systemMs: HOUR_MS });
	await run.until("decided");
	// The clock is an hour ahead, and the machine took its own time to start the program.
	const offMs = HOUR_MS + performance.now() - endedMs;
	const { status } = await bench.end(run, modem);
	const { offTime } = run.fields("decided") as { offTime: { atLeast: number } };
	t.true(offTime.atLeast > 0.98 * HOUR_MS && offTime.atLeast < offMs, run.out);
	t.is(status, 0);
});

test("P2: opensFrom is the off-time from which a product opens that was cut, and the threshold moves it", async (t) => {
	const bench = new Bench(t);
	const cut = await bench.boot(bench.modem(), ["--guard-for", "forever"]);
	const { opensFrom } = (await cut.until("decided")) as unknown as { opensFrom: number };
	await cut.until("armed");
	cut.kill("SIGKILL");
	await cut.ended;
	t.true(opensFrom > 10 * MINUTE_MS && opensFrom < 12 * MINUTE_MS);
	const open = await bench.whole(bench.modem(CURRENT), [], { systemMs: opensFrom });
	t.like(open.fields("decided"), { window: "open" });
	const low = await bench.whole(bench.modem(CURRENT), ["--threshold", "1s"], { systemMs: opensFrom });
	t.true((low.fields("decided").opensFrom as number) < MINUTE_MS);
});

test("P2: after a power cut the mark's age is taken off, after an orderly power-off it is not", async (t) => {
	for (const [signal, window] of [
		["SIGKILL", "closed"],
		["SIGTERM", "open"],
	] as const) {
		const bench = new Bench(t);
		const run = await bench.boot(bench.modem(), ["--guard-for", "forever"]);
		await run.until("armed");
		run.kill(signal);
		const killedAtMs = performance.now();
		await run.ended;
		// What goes by in truth counts as well, and is no part of the story.
		const systemMs = 10.2 * MINUTE_MS - (performance.now() - killedAtMs);
		const next = await bench.whole(bench.modem(CURRENT), [], { systemMs });
		t.is(next.fields("decided").window, window, next.out);
	}
});

test("P2: two short times off never add up to a long one", async (t) => {
	const bench = new Bench(t);
	for (const [minutes, reason] of [
		[0, "no-mark"],
		[6, "off-too-short"],
		[12, "off-too-short"],
		[18, "off-too-short"],
	] as const) {
		const run = await bench.whole(bench.modem(), [], { systemMs: minutes * MINUTE_MS });
		t.like(run.fields("decided"), { window: "closed", reason });
	}
});

test("P2: one off-time opens one window", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem());
	const open = await bench.whole(bench.modem({ session: ["+WDSI: 8"] }), [], { systemMs: HOUR_MS });
	t.like(open.fields("decided"), { window: "open" });
	const next = await bench.whole(bench.modem(), [], { systemMs: HOUR_MS + 10_000 });
	t.like(next.fields("decided"), { window: "closed", reason: "off-too-short" });
});

const JUMPS: readonly [title: string, systemMs: number, reason: string][] = [
	["backwards", -HOUR_MS, "clock-backwards"],
	["401 days ahead", 401 * 24 * HOUR_MS, "too-long"],
];

for (const [title, systemMs, reason] of JUMPS)
	test(`P2: a clock that is ${title} keeps the window closed`, async (t) => {
		const bench = new Bench(t);
		await bench.whole(bench.modem());
		const run = await bench.whole(bench.modem(), [], { systemMs });
		t.like(run.fields("decided"), { window: "closed", reason, offTime: { unknown: reason } });
	});

test("--off is the off-time, whatever the mark says, and the output says that it was given", async (t) => {
	const bench = new Bench(t);
	const none = await bench.whole(bench.modem(), ["--off", "0s"]);
	t.like(none.fields("decided"), {
		window: "closed",
		reason: "off-too-short",
		offTime: { atLeast: 0 },
		given: true,
	});
	const long = await bench.whole(bench.modem(CURRENT), ["--off", "10m"]);
	t.like(long.fields("decided"), { window: "open", offTime: { atLeast: 600_000 }, given: true });
	const measured = await bench.whole(bench.modem(CURRENT));
	t.like(measured.fields("decided"), { given: false });
});

test("--off replaces the measurement only: a damaged journal stays closed", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem({ session: ["+WDSI: 8"] }), ["--off", "11m"]);
	const journals = filesBelow(bench.state).filter((file) => file.includes("journal"));
	t.true(journals.length > 0);
	for (const file of journals) writeFileSync(file, "not a journal");
	const run = await bench.whole(bench.modem(), ["--off", "11m"]);
	t.like(run.fields("decided"), {
		window: "closed",
		reason: "journal-damaged",
		offTime: { atLeast: 660_000 },
	});
});

/** Every file of a state directory, and what is done to it. */
const DAMAGES: readonly [title: string, damage: (file: string) => void][] = [
	["empty", (file) => truncateSync(file, 0)],
	["cut in half", (file) => truncateSync(file, readFileSync(file).length >> 1)],
	["of one flipped bit", (file) => flipBit(file, 0.5)],
	["of one flipped bit in its first byte", (file) => flipBit(file, 0)],
	["longer by a byte", (file) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)]))],
	["gone", (file) => rmSync(file)],
	[
		"a directory",
		(file) => {
			rmSync(file);
			mkdirSync(file);
		},
	],
];

for (const [title, damage] of shareOf(DAMAGES, 3))
	test(`P2, P3: a state directory in which all files are ${title} costs the window, never monitoring`, async (t) => {
		const bench = new Bench(t);
		await bench.whole(bench.modem({ version: TO.HL7800 }), ["--off", "11m"]);
		for (const file of filesBelow(bench.state)) damage(file);
		const run = await bench.whole(bench.modem(), [], { systemMs: HOUR_MS });
		t.is(run.fields("decided").window, "closed", run.out);
		t.true([3, 66].includes(run.status ?? -1), run.told);
	});

test("P2: one damaged file never brings back an earlier mark, from which the time off would look longer", async (t) => {
	const template = new Bench(t);
	await template.whole(template.modem());
	await template.whole(template.modem());
	const files = filesBelow(template.state)
		.map((file) => file.slice(template.state.length))
		.filter((file) => /mark|boot/.test(file));
	t.true(files.length >= 4, files.join());
	await Promise.all(
		shareOf(files, 2).map(async (file) => {
			const bench = new Bench(t);
			let minutes = 0;
			const boot = (afterMinutes: number) => {
				minutes += afterMinutes;
				return bench.whole(bench.modem(), ["--threshold", "20m"], { systemMs: minutes * MINUTE_MS });
			};
			await boot(0);
			for (const [title, damage] of orAll(
				DAMAGES.filter(([title]) => /half/.test(title)),
				DAMAGES.filter(([title]) => /half|gone/.test(title)),
			)) {
				await boot(15);
				damage(join(bench.state, file));
				const run = await boot(10);
				t.is(run.fields("decided").window, "closed", `${file} ${title}: ${run.out}`);
			}
		}),
	);
});

test("P3: a state directory that cannot be written keeps the window closed, and monitoring starts", async (t) => {
	const bench = new Bench(t);
	const file = join(bench.directory, "file");
	writeFileSync(file, "");
	const astray = join(bench.directory, "astray");
	symlinkSync(join(bench.directory, "nowhere"), astray);
	for (const state of shareOf(
		[join(file, "state"), file, "/proc/no-state", join(astray, "state"), astray],
		3,
	)) {
		const run = await bench.whole(bench.modem(), ["--state", state]);
		t.like(run.fields("decided"), { window: "closed" });
		t.true([3, 66].includes(run.status ?? -1), run.told);
	}
});

for (const medium of orAll(["battery-memory"], ["battery-memory", "flash"]))
	test(`P2: a ${medium} that takes no write keeps the window closed, now and later`, async (t) => {
		const bench = new Bench(t);
		await bench.whole(bench.modem());
		const before = filesBelow(bench.state);
		t.true(before.some((file) => file.includes(`/${medium}/`)));
		rmSync(join(bench.state, medium), { recursive: true });
		writeFileSync(join(bench.state, medium), "");
		for (const systemMs of [HOUR_MS, 2 * HOUR_MS]) {
			const run = await bench.whole(bench.modem(), [], { systemMs });
			t.is(run.fields("decided").window, "closed", run.out);
		}
	});

test("two runs at once on one state directory end in an orderly way", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem());
	const [one, two] = await Promise.all([bench.whole(bench.modem()), bench.whole(bench.modem())]);
	t.is(one?.status, 3);
	t.is(two?.status, 3);
});

function filesBelow(directory: string): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

function flipBit(file: string, where: number): void {
	const bytes = readFileSync(file);
	const index = Math.floor(bytes.length * where);
	bytes[index] = (bytes[index] ?? 0) ^ 1;
	writeFileSync(file, bytes);
}
