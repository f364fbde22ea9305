/**
 * Goal: the wiring of hosts/mcu keeps its promises, and whatever call into the board throws, monitoring runs in the end.
 * Method: the firmware as the manifest resolves it, on a simulated board with the emulated modem, in virtual time.
 */
import test from "ava";
import { loadFirmware } from "./load-firmware.js";
import { SimulatedBoard } from "./simulated-board.js";

const MINUTE_MS = 60_000;
const LONG_OFF_MS = 12 * MINUTE_MS;
/** Longer than the longest window and its report. */
const WHOLE_WINDOW_MS = 60 * MINUTE_MS;

const firmware = await loadFirmware();

/** A board that was on with an order, and then off for long. */
function boardBeforeWindow(): SimulatedBoard {
	const board = new SimulatedBoard(firmware);
	board.order();
	board.on();
	board.world.advance(10 * MINUTE_MS);
	board.cut(LONG_OFF_MS);
	return board;
}

const named = (board: SimulatedBoard, name: string) => board.events.filter(({ event }) => event === name);

test("P2, P5: an order is taken while the product monitors, and the next long off-time installs it", (t) => {
	const board = new SimulatedBoard(firmware);
	board.order();
	board.on();
	t.deepEqual(
		board.events.map(({ event }) => event),
		["decided", "released"],
		"no boot waits for an order's signature",
	);
	board.world.advance(10 * MINUTE_MS);
	t.like(named(board, "order")[0], { outcome: "accepted" });
	board.cut(LONG_OFF_MS);

	board.on();
	t.true(board.hold);
	let sawUpdating = false;
	board.world.runUntil(() => {
		sawUpdating ||= board.updating;
		return !board.hold;
	}, WHOLE_WINDOW_MS);
	t.true(sawUpdating);
	t.false(board.updating);
	t.like(named(board, "closed")[0], { outcome: "updated" });
	t.is(named(board, "order").length, 0, "an order is judged once");
	t.is(named(board, "fault").length, 0);
});

test("P3: a brief power cut never asserts the hold line", (t) => {
	const board = boardBeforeWindow();
	board.cut(0);
	board.on();
	board.cut(2_000);
	board.on();
	t.like(named(board, "decided")[0], { window: "closed" });
	t.false(board.hold);
});

test("P4: whatever call into the board throws, once, the hold line is dropped, and a fault closes the next boot", (t) => {
	const before = boardBeforeWindow();
	const whole = new SimulatedBoard(firmware, before);
	whole.on();
	whole.world.runUntil(() => named(whole, "armed").length > 0, WHOLE_WINDOW_MS);
	const callsMax = whole.calls;
	t.like(named(whole, "closed")[0], { outcome: "updated" });
	t.true(callsMax > 100);
	let faults = 0;
	for (let failAt = 1; failAt <= callsMax; failAt++) {
		const board = new SimulatedBoard(firmware, before);
		board.on(failAt);
		board.world.runUntil(
			() => board.restarts > 0 || (!board.hold && board.calls > callsMax),
			WHOLE_WINDOW_MS,
		);
		const where = `call ${failAt} of ${callsMax}`;
		t.false(board.hold, where);
		t.false(board.updating, where);
		if (named(board, "fault").length === 0) continue;
		faults++;
		t.is(board.restarts, 1, where);
		board.cut(LONG_OFF_MS);
		board.on();
		t.not(named(board, "decided")[0]?.window, "open", where);
	}
	t.log(`${callsMax} calls, ${faults} of them end in a restart`);
	t.true(faults > 0);
});
