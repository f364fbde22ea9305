// Requirements: P1, P2, P3, P4, P5, P7, P8, P9, R1, R2, R3, R9, R12, R13, R15, R16, R22
/**
 * Goal: the wiring of hosts/mcu keeps its promises. Method: hosts/mcu/main.ts as the firmware's manifest resolves it, on a
 * simulated board with the emulated modem, in virtual time. What a failing call leads to is in firmware-faults.test.ts.
 */
import test from "ava";
import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { consoleOrderLines } from "../../hosts/node/console-order-lines.js";
import { decodeMark } from "../../modules/off-time/alive-mark.js";
import { DEFAULT_OFF_TIME_POLICY } from "../../modules/off-time/policy.js";
import { Slots } from "../../modules/storage/slots.js";
import { loadFirmware } from "./load-firmware.js";
import { fileOf, imageOf, NEW, OTHERS, setEnvelope } from "./set-order.js";
import type { SimulatedBoard as Board } from "./simulated-board.js";

const { SimulatedBoard, LONG_OFF_MS, MINUTE_MS, SECOND_MS } = await loadFirmware();
/** Longer than the longest window and its report. */
const WHOLE_WINDOW_MS = 60 * MINUTE_MS;
const MARK_EVERY_MS = DEFAULT_OFF_TIME_POLICY.markEveryMs;

/** A board that was on with an order, and then off for so long. */
function used(offMs: number, options: ConstructorParameters<typeof SimulatedBoard>[0] = {}): Board {
	const board = new SimulatedBoard(options);
	board.order();
	board.on();
	board.world.advance(10 * MINUTE_MS);
	board.cut(offMs);
	return board;
}

const until = (board: Board, done: () => boolean): boolean => board.world.runUntil(done, WHOLE_WINDOW_MS);

/** Whether the newest alive mark is a final one. */
function isFinal(board: Board): boolean | undefined {
	const read = new Slots({ store: board.stores.markStore, key: "mark" }).read();
	return read.status === "ok" ? decodeMark(read.record)?.final : undefined;
}

const markWrites = (board: Board): number => board.calls.filter((name) => name === "markStore.write").length;

test("P2, P5: an order is taken while the product monitors, and the next long off-time installs it", (t) => {
	const board = new SimulatedBoard();
	board.order();
	board.on();
	t.deepEqual(
		board.events.map(({ event }) => event),
		["decided", "released"],
		"no boot waits for an order's signature",
	);
	board.world.advance(10 * MINUTE_MS);
	t.like(board.named("order")[0], { outcome: "accepted" });
	board.cut(LONG_OFF_MS);

	board.on();
	t.true(board.hold);
	let sawUpdating = false;
	until(board, () => {
		sawUpdating ||= board.updating;
		return !board.hold;
	});
	t.true(sawUpdating);
	t.false(board.updating);
	t.like(board.named("closed")[0], { outcome: "updated" });
	t.is(board.named("order").length, 0, "an order is judged once");
	t.is(board.restarts, 0);
});

test("P3: a brief power cut never asserts the hold line", (t) => {
	const board = used(2 * SECOND_MS);
	board.on();
	t.like(board.named("decided")[0], { window: "closed" });
	t.false(board.log.includes("hold on"));
});

test("P3: decision and release come before the port is opened, which is what powers the modem", (t) => {
	const board = used(2 * SECOND_MS);
	board.on();
	const released = board.calls.lastIndexOf("hold");
	t.true(released >= 0 && released < board.calls.indexOf("serial.open"));
	const before = board.calls.slice(0, released).map((name) => name.replace(/\..*/, ""));
	t.deepEqual(
		[...new Set(before)],
		["flashStore", "rtc", "markStore", "feedWatchdog", "hold", "print"],
		"no timer, no port",
	);
	t.true(released < 60, `${released} calls`);
});

test("P4: an open window asserts hold before the port is opened, and the decision is the first that is told", (t) => {
	const board = used(LONG_OFF_MS);
	board.on();
	t.true(board.calls.indexOf("hold") < board.calls.indexOf("serial.open"));
	t.deepEqual(board.log[0], "hold on");
	t.is(board.events[0]?.event, "decided");
});

for (const resetCause of ["software", "watchdog", "brown-out", "external", "other"] as const)
	test(`P2: a reset by ${resetCause} opens nothing, however long the mark is ago`, (t) => {
		const board = used(LONG_OFF_MS);
		board.reset(resetCause);
		t.like(board.named("decided")[0], { window: "closed", reason: "no-power-on" });
	});

const MOMENTS: Readonly<Record<string, (board: Board) => void>> = {
	"right after the boot": () => {},
	"in an open window": (board) => {
		until(board, () => board.named("progress").length > 0);
	},
	"while the modem installs": (board) => {
		until(board, () => board.modem.phase === "installing");
	},
	"while it monitors": (board) => {
		until(board, () => board.named("armed").length > 0);
	},
};

for (const [moment, reach] of Object.entries(MOMENTS))
	test(`P2: the power-fail input writes one final mark ${moment}, and whoever runs on an ordinary one`, (t) => {
		const board = used(LONG_OFF_MS);
		board.on();
		reach(board);
		const before = markWrites(board);
		const { hold, updating } = board;
		board.failPower();
		t.is(markWrites(board), before + 2, "one mark is two slots");
		t.true(isFinal(board));
		t.deepEqual([board.hold, board.updating], [hold, updating]);
		board.world.advance(SECOND_MS);
		t.is(markWrites(board), before + 4);
		t.false(isFinal(board));
		board.world.advance(MARK_EVERY_MS);
		t.is(markWrites(board), before + 6, "and on as before");
		t.is(board.restarts, 0);
		t.deepEqual(board.named("trouble"), []);
		until(board, () => !board.hold);
		t.false(board.hold);
	});

test("P2: after a fault a final mark makes no window", (t) => {
	const board = used(LONG_OFF_MS);
	board.on();
	board.throwUncaught(new Error("a bug"));
	board.failPower();
	t.is(board.restarts, 1);
	t.false(board.hold);
	board.cut(LONG_OFF_MS);
	board.on();
	t.like(board.named("decided")[0], { window: "closed", reason: "distrust" });
});

test("P4: a fault that nobody caught drops hold before it restarts, and no fault restarts twice", (t) => {
	const board = used(LONG_OFF_MS);
	board.on();
	board.world.advance(SECOND_MS);
	board.throwUncaught(new Error("a bug"));
	board.throwUncaught(new Error("another"));
	t.deepEqual(
		board.log.slice(-4).map((line) => line.replace(/^\{"event":"(\w+)".*/, "$1")),
		["hold off", "updating off", "fault", "restart"],
	);
	t.is(board.restarts, 1);
	board.reset();
	t.like(board.named("decided")[0], { window: "closed", reason: "no-power-on" });
});

test("P4: a hold line that cannot be dropped at the end of a window is dropped by a restart", (t) => {
	const board = used(LONG_OFF_MS);
	const probe = new SimulatedBoard({ before: board });
	probe.on();
	until(probe, () => !probe.hold);
	board.on({ name: "throws an Error", at: probe.calls.lastIndexOf("hold") + 1 });
	until(board, () => board.restarts > 0);
	t.is(board.restarts, 1);
	t.false(board.hold);
	t.like(board.named("closed")[0], { outcome: "updated" });
	board.reset();
	t.like(board.named("decided")[0], { window: "closed" });
});

test("P4: a hold line that cannot be written at all ends every boot in a restart, and never asserts", (t) => {
	const board = used(LONG_OFF_MS);
	for (let boot = 0; boot < 3; boot++) {
		board.on({ name: "throws an Error", every: "hold" });
		t.is(board.restarts, 1);
		t.false(board.log.includes("hold on"));
		t.is(board.accepts, 0);
		board.cut(LONG_OFF_MS);
	}
});

/** Four elements, with the order for all of them, off for long. */
function usedSet(options: ConstructorParameters<typeof SimulatedBoard>[0] = {}): Board {
	const board = new SimulatedBoard({ isSet: true, ...options });
	board.orderSet();
	board.on();
	board.world.advance(10 * MINUTE_MS);
	board.cut(LONG_OFF_MS);
	return board;
}

const isReleased = (board: Board): boolean => board.named("released").length > 0;

test("P4, P7: over the planned restart hold falls by itself, and is asserted again before anything else is done", (t) => {
	const board = usedSet();
	board.on();
	t.true(board.hold);
	until(board, () => board.plannedRestarts === 1);
	t.false(board.hold, "a reset lets go of it, and the monitoring side has to bear that");
	t.false(isReleased(board));
	const before = board.log.length;
	until(board, () => board.hold);
	t.deepEqual(board.log.slice(before, before + 2), ["> AT", "hold on"], "the port opens at the same instant");
	t.is(board.calls.slice(board.calls.lastIndexOf("serial.open")).filter((name) => name === "hold").length, 1);
	until(board, () => isReleased(board));
	t.false(board.hold);
	t.is(board.side, "new");
	t.is(board.named("decided").length, 1, "the window was decided once");
	t.like(board.named("closed"), [{ outcome: "updated" }]);
	t.is(board.named("released").length, 1);
	t.is(board.restarts, 0);
});

test("*updating* is on from `sent` to the read-back, and not while images are on trial", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => isReleased(board));
	const on = board.log.indexOf("updating on");
	const off = board.log.indexOf("updating off", on);
	const indexOf = (text: string) => board.log.findIndex((line) => line.includes(text));
	t.true(on > indexOf('"accepted"'));
	t.true(on < board.log.indexOf("> AT+WDSR=4"));
	t.true(off > indexOf('"element":"modem","from"'));
	t.is(board.log.indexOf("updating on", off), -1);
});

test("P7: a cut in the trial of our own MCU takes everything back, and the next long off-time tries again", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => board.named("installed").length > 0);
	board.cut(2 * SECOND_MS);
	board.on();
	t.is(board.log[0], "hold on");
	t.true(board.log.includes("updating on"), "a recovery may not be cut off");
	until(board, () => isReleased(board));
	t.like(board.named("recovered"), [{ set: "old" }]);
	t.is(board.side, "old");
	board.cut(LONG_OFF_MS);
	board.on();
	until(board, () => isReleased(board));
	t.is(board.side, "new");
});

test("P7: an image on trial that cannot read the journal goes back by itself, and hold is never asserted for it", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => board.plannedRestarts === 1);
	const journal = board.stores.flashStore.values;
	const kept = ["journal-a", "journal-b"].map((key) => [key, journal.get(key)] as const);
	for (const [key] of kept) journal.set(key, new ArrayBuffer(3));
	until(board, () => board.named("released").length > 0);
	t.is(board.plannedRestarts, 2);
	t.like(board.named("decided").at(-1), { window: "closed", reason: "journal-damaged" });
	t.is(board.log.filter((line) => line === "hold on").length, 1, "before the journal was damaged");
	board.world.advance(MINUTE_MS);
	t.is(board.plannedRestarts, 2);
	t.is(board.side, "old");
	t.false(board.hold);
	t.is(board.restarts, 0);
});

test("P7: a fault while our own image is on trial restarts once, and that boot goes back", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => board.plannedRestarts === 1 && board.hold);
	board.throwUncaught(new Error("a bug"));
	t.is(board.restarts, 1);
	t.false(board.hold);
	board.reset();
	const atMs = board.world.now();
	until(board, () => isReleased(board));
	t.is(board.world.now(), atMs);
	t.like(
		board.named("recovered"),
		[{ set: "mixed" }],
		"after a fault of our own nothing keeps monitoring back",
	);
	board.cut(2 * SECOND_MS);
	board.on();
	until(board, () => isReleased(board));
	t.like(board.named("recovered"), [{ set: "old" }]);
	t.is(board.side, "old");
});

test("the event log tells the story of a set, its order with it, over the restart", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => isReleased(board));
	board.world.advance(MINUTE_MS);
	const words = board.loggedEvents().map(({ event, reason }) => `${event} ${reason}`.trim());
	const story = words.slice(words.lastIndexOf("decided off-long-enough"));
	t.deepEqual(story, [
		"decided off-long-enough",
		"staged",
		"staged",
		"staged",
		"restart",
		...Array(3).fill("trial"),
		"installed",
		"installed",
		"installed",
		"accepted",
		"accepted",
		"accepted",
		"install",
		...Array(4).fill("element updated"),
		"closed read-back",
	]);
	const orders = new Set(board.loggedEvents().map(({ order }) => order));
	t.deepEqual([...orders].map((order) => order.length).sort(), [0, 16]);
});

test("P3: a closed boot writes no log before monitoring is released, and opens no other element", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => isReleased(board));
	board.cut(2 * SECOND_MS);
	board.on();
	t.like(board.named("decided")[0], { window: "closed" });
	const released = board.calls.lastIndexOf("hold");
	const before = board.calls.slice(0, released).map((name) => name.replace(/\..*/, ""));
	t.deepEqual(
		[...new Set(before)],
		["flashStore", "rtc", "markStore", "feedWatchdog", "own", "hold", "print"],
	);
	board.world.advance(10 * MINUTE_MS);
	const others = /^(sensor|display|slots|image|images|digest)\./;
	t.deepEqual(
		board.calls.filter((name) => others.test(name)),
		[],
	);
	t.true(board.calls.includes("logStore.write"));
});

test("P9: an order comes over the console while the product monitors, and a damaged one is told", (t) => {
	const board = new SimulatedBoard({ isSet: true });
	board.on();
	board.world.advance(MINUTE_MS);
	const lines = consoleOrderLines(setEnvelope());
	board.others?.type(`hello\r\n${lines.slice(0, 100)}\r\n!\r\n`);
	board.world.advance(SECOND_MS);
	t.regex(String(board.named("inlet")[0]?.message), /send the order again/);
	board.others?.type(lines);
	board.world.advance(SECOND_MS);
	t.like(board.named("order"), [{ outcome: "accepted" }]);
	t.deepEqual(board.named("trouble"), []);
});

test("P9: the console is deaf in a window, lest another order come under it", (t) => {
	const board = usedSet();
	board.on();
	until(board, () => board.named("staged").length > 0);
	board.others?.type(consoleOrderLines(setEnvelope()));
	until(board, () => isReleased(board));
	t.false(board.calls.slice(0, board.calls.lastIndexOf("hold")).includes("console.open"));
	t.deepEqual(board.named("order"), []);
	t.is(board.side, "new");
});

test("an order's image for our own MCU is refused as `no-trial` on a board without a trial boot, and nothing is written", (t) => {
	const board = usedSet({ extra: () => ({ own: undefined }) });
	board.on();
	until(board, () => isReleased(board));
	t.like(board.named("closed")[0], { outcome: "failed", reason: "no-trial" });
	t.deepEqual(board.named("staged"), []);
	t.is(board.accepts, 0);
	t.is(board.side, "old");
});

/** A board whose images are on a web server, and nowhere else. */
function webBoard(server: EmulatedHttpServer, policy: "window" | "prefetch", hasStore: boolean): Board {
	for (const name of OTHERS)
		server.files.set(`/images/${fileOf(name)}`, { bytes: imageOf(name, NEW), etag: `"${name}"` });
	const board = new SimulatedBoard({
		isSet: true,
		config: { policy },
		extra: ({ world }) => ({
			web: {
				http: { io: EmulatedHttpClient, host: "images.example", server, clock: world },
				imagesPath: "/images/",
				orderPath: "/order",
			},
			...(hasStore ? {} : { images: undefined }),
		}),
	});
	for (const name of OTHERS) board.others?.images.delete(fileOf(name));
	return board;
}

test("an order is asked for on the web while the product monitors, and its images are read from there in the window", (t) => {
	const server = new EmulatedHttpServer();
	const board = webBoard(server, "window", false);
	server.files.set("/order", { bytes: setEnvelope(), etag: '"1"' });
	board.on();
	board.world.advance(3 * 60 * MINUTE_MS);
	t.like(board.named("order"), [{ outcome: "accepted" }]);
	t.deepEqual(
		server.requests,
		["/order", '/order if-none-match: "1"', '/order if-none-match: "1"'],
		"no image is fetched while the product monitors, and the order once",
	);
	board.cut(LONG_OFF_MS);
	server.requests.length = 0;
	server.behaviour.cuts.push(300);
	board.on();
	until(board, () => isReleased(board));
	t.is(board.side, "new");
	t.like(server.requests, [
		"/images/sensor-1.1.0.bin",
		'/images/sensor-1.1.0.bin range: bytes=300- if-range: "sensor"',
	]);
	t.false(server.requests.includes("/order"), "no order is asked for before the window is closed");
});

test("P1: with prefetch the images are fetched while the product monitors, go on over a power cut, and wait for the window", (t) => {
	const server = new EmulatedHttpServer();
	const board = webBoard(server, "prefetch", true);
	board.orderSet();
	server.behaviour.isSilent = true;
	board.on();
	board.world.advance(MINUTE_MS);
	server.behaviour.isSilent = false;
	board.cut(2 * SECOND_MS);
	board.on();
	t.true(until(board, () => board.named("images").length > 0));
	t.like(board.named("images"), [{ outcome: "fetched" }]);
	t.deepEqual(board.others?.images.list().sort(), OTHERS.map(fileOf).sort());
	board.world.advance(10 * MINUTE_MS);
	t.is(board.side, "old");
	board.cut(LONG_OFF_MS);
	server.requests.length = 0;
	board.on();
	until(board, () => isReleased(board));
	t.is(board.side, "new");
	t.deepEqual(
		server.requests.filter((request) => request.startsWith("/images")),
		[],
		"nothing was left to fetch",
	);
});

test("P8: a web server that is not there costs no window: what it has is missing by name", (t) => {
	const server = new EmulatedHttpServer({ statuses: Array(20).fill(404) });
	const board = webBoard(server, "window", true);
	board.orderSet();
	board.on();
	board.world.advance(10 * MINUTE_MS);
	t.regex(String(board.named("inlet")[0]?.message), /status 200, got 404/);
	board.cut(LONG_OFF_MS);
	board.on();
	until(board, () => isReleased(board));
	t.like(board.named("closed")[0], { outcome: "failed", reason: "no-image" });
	t.deepEqual(board.named("trouble"), []);
	t.is(board.side, "old");
});

/** What can fail for good. */
const LASTING = [
	"flashStore.read",
	"flashStore.write",
	"markStore.read",
	"markStore.write",
	"rtc.get",
	"inbox.read",
	"print",
	"serial.open",
	"serial.read",
	"serial.write",
] as const;

for (const name of LASTING)
	for (const fault of ["throws an Error", "promises, and rejects"])
		test(`P4, P8: ${name} that ${fault} for good opens nothing and restarts nothing`, (t) => {
			let board = used(LONG_OFF_MS);
			for (let boot = 0; boot < 3; boot++) {
				board = new SimulatedBoard({ before: board });
				board.on({ name: fault, every: name });
				until(board, () => !board.hold);
				board.world.advance(2 * MINUTE_MS);
				t.false(board.hold);
				t.is(board.restarts, 0);
				t.true(board.struck);
				t.is(board.acceptsAfterFault, 0);
				board.cut(LONG_OFF_MS);
			}
		});

test("P1: where a call fails while prefetch has a session, it ends and nothing more is fetched", (t) => {
	const board = new SimulatedBoard({ config: { policy: "prefetch" } });
	board.order();
	board.on();
	board.world.advance(10 * MINUTE_MS);
	board.cut(2 * SECOND_MS);
	const probe = new SimulatedBoard({ before: board });
	probe.on();
	t.true(
		until(probe, () => probe.accepts === 3),
		"a session, and once more after the modem's start, and a download",
	);
	const at = probe.calls.length;
	until(probe, () => probe.calls.includes("rtc.get", at));

	board.on({ name: "throws an Error", at: probe.calls.indexOf("rtc.get", at) + 1 });
	board.world.advance(WHOLE_WINDOW_MS);
	t.true(board.struck);
	t.is(board.restarts, 0);
	t.is(board.acceptsAfterFault, 0);
	t.is(board.accepts, 3);
	t.true(board.log.includes("> AT+WDSS=1,0"));
	t.deepEqual(board.named("prefetched"), [], "the download did not go on");
	board.cut(LONG_OFF_MS);
	board.on();
	t.like(board.named("decided")[0], { window: "closed", reason: "distrust" });
});

test("P8: a damaged journal is started afresh by a new order that arrives in the inbox", (t) => {
	const board = used(2 * SECOND_MS);
	for (const slot of ["a", "b"]) board.stores.flashStore.values.set(`journal-${slot}`, new ArrayBuffer(3));
	board.on();
	t.like(board.named("decided")[0], { window: "closed", reason: "journal-damaged" });
	board.world.advance(MINUTE_MS);
	board.cut(LONG_OFF_MS);
	board.order("second");
	board.on();
	t.like(board.named("decided")[0], { window: "closed", reason: "journal-damaged" });
	board.world.advance(10 * MINUTE_MS);
	t.like(board.named("order")[0], { outcome: "accepted" });
	board.cut(LONG_OFF_MS);
	board.on();
	t.like(board.named("decided")[0], { window: "open" });
});

test("P9: what lies in the inbox and is no order is refused with its reason, once", (t) => {
	const board = used(2 * SECOND_MS);
	board.stores.inbox.write("order", new ArrayBuffer(10));
	board.on();
	board.world.advance(MINUTE_MS);
	t.like(board.named("order")[0], { outcome: "refused", reason: "malformed-envelope" });
	t.is(board.stores.inbox.read("order"), undefined);
	t.deepEqual(board.named("trouble"), []);
});

test("P9: without a key built in, an order stays where it is", (t) => {
	const board = new SimulatedBoard({ config: { key: undefined } });
	board.order();
	board.on();
	board.world.advance(MINUTE_MS);
	t.deepEqual(board.named("order"), []);
	t.not(board.stores.inbox.read("order"), undefined);
});

const BAD_SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
	"a modem of no family": { modem: "HL9000" },
	"a policy of no name": { policy: "always" },
	"a number for a name": { modem: 7800 },
	"an access point with a space": { apn: "a b" },
	"an access point that is too long": { apn: "a".repeat(101) },
	"a key that is none": { key: "AAAA" },
};

for (const [what, config] of Object.entries(BAD_SETTINGS))
	test(`P4: ${what} in the configuration throws before anything is driven`, (t) => {
		const board = new SimulatedBoard({ config });
		t.throws(() => board.on(), {
			message: /^Expected config\.|^Expected .* public key/,
		});
		t.false(board.hold);
		t.deepEqual(board.calls, []);
	});
