// Requirements: P1, P3, P6, P8, R3, R9, R17, R18
import test from "ava";
import { Bench, download, OFFER, offering } from "./support/bench.js";
import { FROM, SIZE_BYTES, TO } from "./support/order-files.js";
import { Running } from "./support/running.js";

const REQUESTS = [
	["connect", "+WDSI: 1", "AT+WDSR=0,1440"],
	["download", "+WDSI: 2", "AT+WDSR=2,1440"],
	["install", "+WDSI: 3", "AT+WDSR=5,1440"],
	["reboot", "+WDSI: 24", "AT+WDSR=7,1440"],
	["uninstall", "+WDSI: 25", "AT+WDSR=9,1440"],
] as const;

test("P1: every request is put off for the longest while the product guards", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"]);
	await run.until("armed");
	for (const [request, asks, reply] of REQUESTS) {
		const replied = modem.next(new RegExp(`^${reply.replace("+", "\\+")}$`));
		modem.say(asks);
		await replied;
		await run.until((event) => event.event === "refused" && event.request === request);
		t.like(run.events.at(-1), { event: "refused", request, by: "delay", minutes: 1440 });
	}
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
});

test("P1: a request raised before the boot (WDSG: 1,3) is put off unseen", async (t) => {
	for (const activity of [2, 3] as const) {
		const bench = new Bench(t);
		const modem = bench.modem({ activity, agreed: true });
		const run = await bench.whole(modem);
		t.is(run.status, 3);
		t.true(modem.received.includes(activity === 3 ? "AT+WDSR=5,1440" : "AT+WDSR=2,1440"));
		t.like(run.fields("refused"), {
			request: activity === 3 ? "install" : "download",
			by: "delay",
			minutes: 1440,
		});
	}
});

test("P1: the agreements are set again after every restart, however it shows itself", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"]);
	await run.until("armed");
	for (const [index, sign] of ["+KSUP: 0", "+WDSI: 0", "+PBREADY", "+KSUP: 2"].entries()) {
		const set = modem.next(/^AT\+WDSC=2,1$/);
		for (const mode of modem.agreements.keys()) modem.agreements.set(mode, 0);
		modem.setEcho(true);
		modem.say(sign);
		await set;
		await run.until((event) => event.event === "armed" && run.of("armed").indexOf(event) === index + 1);
		for (const mode of [0, 1, 2, 5, 6]) t.is(modem.agreements.get(mode), 1);
	}
	run.kill("SIGINT");
	t.is((await bench.end(run, modem)).status, 3);
});

test("P1: a session that nobody ordered is ended", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"]);
	await run.until("armed");
	const ended = modem.next(/^AT\+WDSS=1,0$/);
	modem.say("+WDSI: 4");
	await ended;
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
});

test("an install that nobody answered is reported with the version it left", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem());
	const modem = bench.modem({ version: "HL7800.4.6.9.4" });
	const run = await bench.whole(modem);
	t.deepEqual(run.fields("uninvited"), { element: "modem", from: FROM.HL7800, is: "HL7800.4.6.9.4" });
	t.is(run.status, 3);
	const after = await bench.whole(bench.modem({ version: "HL7800.4.6.9.4" }));
	t.deepEqual(after.of("uninvited"), []);
});

test("a modem that lost the version it was brought to is no longer in force: the next window updates it again", async (t) => {
	const bench = new Bench(t);
	await bench.whole(bench.modem(offering()), ["--off", "11m"]);
	const swapped = await bench.whole(bench.modem({ version: FROM.HL7800 }), ["--off", "11m"]);
	t.like(swapped.fields("decided"), { window: "closed", reason: "nothing-to-do" });
	t.deepEqual(swapped.fields("uninvited"), { element: "modem", from: TO.HL7800, is: FROM.HL7800 });
	t.is(swapped.status, 3);
	const again = await bench.whole(bench.modem(offering()), ["--off", "11m"]);
	t.like(again.fields("closed"), { outcome: "updated" });
});

test("an install that begins while the product guards is reported when the modem is back", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"]);
	await run.until("armed");
	modem.say("+WDSI: 14");
	modem.down();
	modem.play([50, (m) => m.up(), (m) => m.become(TO.HL7800), "+KSUP: 0", "+WDSI: 16"]);
	await run.until("uninvited");
	t.deepEqual(run.fields("uninvited"), { element: "modem", from: FROM.HL7800, is: TO.HL7800 });
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
});

test("a guard of 0s leaves as soon as the modem is armed; a longer one is kept in full", async (t) => {
	const bench = new Bench(t);
	const short = await bench.whole(bench.modem(), ["--guard-for", "0s"]);
	t.is(short.names().at(-1), "armed");
	const run = await bench.boot(bench.modem(), ["--guard-for", "2s"]);
	const released = await run.until("released").then(() => performance.now());
	await bench.end(run);
	t.true(performance.now() - released >= 1_900);
});

test("a modem that does not answer leaves the boot unguarded after 30 s, and the status as it was", async (t) => {
	const bench = new Bench(t);
	const run = await bench.whole(bench.modem({ down: true }), [], { faster: 10 });
	t.is(run.status, 3);
	t.is(run.names().at(-1), "unguarded");
	const gaveUpMs = (run.of("unguarded")[0]?.at ?? 0) - (run.of("released")[0]?.at ?? 0);
	t.true(gaveUpMs >= 29_000 && gaveUpMs < 60_000, run.out);
});

test("a modem that comes late is armed within the 30 s", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ down: true });
	const run = await bench.boot(modem);
	await run.until("released");
	await modem.next(/^AT$/);
	await modem.next(/^AT$/);
	modem.up();
	modem.say("+KSUP: 0");
	t.is((await bench.end(run, modem)).status, 3);
	t.is(run.names().at(-1), "armed");
});

test("a modem that comes after the 30 s is armed all the same, where the guard goes on", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ down: true });
	const run = await bench.boot(modem, ["--guard-for", "forever"], { faster: 30 });
	await run.until("unguarded");
	modem.up();
	await run.until("armed");
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
});

test("P1: agreements that the modem lost without a word are set again within ten minutes", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"], { faster: 100 });
	await run.until("armed");
	modem.agreements.set(2, 0);
	await modem.next(/^AT\+WDSC\?$/);
	await modem.next(/^AT\+WDSC=2,1$/);
	await run.until((event) => event === run.of("armed")[1]);
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
	t.is(modem.agreements.get(2), 1);
});

test("P3: monitoring is released before a byte goes to the modem", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ down: true });
	const run = await bench.boot(modem);
	const released = await run.until("released");
	t.deepEqual(run.names(), ["order", "decided", "released"]);
	// From the first that it says: how long a program takes to be loaded is the machine's.
	const [first] = run.events;
	t.true(first !== undefined && released.at - first.at < 1_000, run.told);
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
});

test("a closed window downloads nothing; with the policy prefetch it does, and the next window installs", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(
		offering("HL7800", { download: [...download().slice(0, -2), "+WDSI: 3", "+WDSI: 8"] }),
	);
	const run = await bench.boot(modem, ["--policy", "prefetch", "--guard-for", "forever"]);
	await run.until("prefetched");
	await run.until((event) => event.event === "refused" && event.request === "install");
	run.kill("SIGTERM");
	const ended = await run.ended;
	t.is(ended.status, 3, run.told);
	t.deepEqual(modem.accepting, ["AT+WDSS=1,1", "AT+WDSR=3"]);
	t.is(run.fields("decided").window, "closed");

	const received = modem.received.length;
	const next = await bench.whole(modem, ["--policy", "prefetch", "--off", "11m"]);
	t.is(next.status, 0, next.told);
	t.like(next.fields("closed"), { outcome: "updated" });
	const accepting = modem.received.slice(received).filter((line) => /^AT\+(WDSR=[1346]|WDSS=1,1)/.test(line));
	t.deepEqual(accepting, ["AT+WDSR=4"]);
});

test("P6: a prefetched package of another size is ended there and then", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(offering("HL7800", { download: download(SIZE_BYTES + 3) }));
	const run = await bench.boot(modem, ["--policy", "prefetch", "--guard-for", "forever"]);
	await modem.next(/^AT\+WDSR=3$/);
	await modem.next(/^AT\+WDSS=1,0$/);
	run.kill("SIGTERM");
	t.is((await run.ended).status, 3);
	t.deepEqual(run.of("prefetched"), []);
});

test("prefetch with a guard of 0s leaves when the modem is armed, and ends the session that it opened", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(offering("HL7800", { session: ["+WDSI: 4", "+WDSI: 6", 5_000, ...OFFER] }));
	const run = await bench.boot(modem, ["--policy", "prefetch"]);
	t.is((await run.ended).status, 3);
	t.false(modem.inSession);
});

test("P8: a flood of requests makes no flood of replies, and a line without an end does no harm", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await bench.boot(modem, ["--guard-for", "forever"]);
	await run.until("armed");
	for (let i = 0; i < 50; i++) modem.raw("x".repeat(1000));
	modem.raw("\r\n");
	for (let i = 0; i < 500; i++) modem.say("+WDSI: 3");
	modem.say("+WDSI: 24");
	await run.until((event) => event.event === "refused" && event.request === "reboot");
	run.kill("SIGTERM");
	t.is((await bench.end(run, modem)).status, 3);
	const replies = modem.received.filter((line) => line.startsWith("AT+WDSR=5,"));
	t.true(replies.length > 0 && replies.length < 300, String(replies.length));
});

test("a modem that takes no 1440 minutes gets its default", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ activity: 3, rules: [[/^AT\+WDSR=5,1440$/, () => ["+CME ERROR: 3"]]] });
	const run = await bench.whole(modem);
	t.like(run.fields("refused"), { request: "install", by: "delay", minutes: 30 });
});

test("P1: a modem that does not take its agreements leaves the boot unguarded", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem({ rules: [[/^AT\+WDSC=2,1$/, () => ["ERROR"]]] });
	const run = await bench.whole(modem, [], { faster: 4 });
	t.is(run.status, 3);
	t.true(run.names().includes("unguarded"));
	t.false(run.names().includes("armed"));
	t.is(modem.agreements.get(1), 1);
});

test("a reader of the events that goes away changes nothing", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem();
	const run = await Running.start(
		t,
		["run", "--port", modem.device, ...bench.parameters, "--json", "--trace"],
		{
			deaf: true,
		},
	);
	t.is((await run.ended).status, 3);
	t.true(modem.received.includes("AT+WDSG"));
});

test("without --json the boot is told in sentences", async (t) => {
	const bench = new Bench(t);
	const modem = bench.modem(offering());
	const json = await bench.boot(modem, ["--off", "11m"]);
	await json.ended;
	const run = await Running.start(t, ["run", "--port", modem.device, ...bench.parameters]);
	const ended = await run.ended;
	t.is(ended.status, 3);
	t.deepEqual(run.events, []);
	t.true(run.noise.length >= 3);
});
