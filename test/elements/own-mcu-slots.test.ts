// Requirements: P5, P7, R12
/** Goal: every implementation of BootSlots keeps its contract. Method: one list of tests, run on each of them. */
import test from "ava";
import { type OwnImage, ownImage } from "./own-images.js";
import { BOARDS, type TestBoard } from "./own-mcu-boards.js";

const OLD = ownImage("1.0.0");
const NEW = ownImage("1.1.0");

function write({ slots }: TestBoard, { bytes }: OwnImage): void {
	slots.begin(bytes.length);
	for (let at = 0; at < bytes.length; at += 128) slots.write(bytes.subarray(at, at + 128));
	slots.finish();
}

for (const [name, make] of Object.entries(BOARDS)) {
	const withBoard = (
		title: string,
		body: (t: import("ava").ExecutionContext, board: TestBoard) => void,
	): void =>
		test(`${name}: ${title}`, (t) => {
			const board = make(OLD.bytes);
			t.teardown(() => board.close());
			body(t, board);
		});
	const old = { running: OLD.slot, onTrial: false, next: "running" };

	withBoard("from the factory one image runs, for good", (t, board) => {
		t.true(board.slots.canTry);
		t.true(board.slots.keepsOther);
		t.true(board.slots.capacityBytes > 1_000_000);
		t.like(board.slots.state(), { ...old, other: undefined });
		board.reset();
		t.like(board.slots.state(), { ...old, other: undefined });
	});

	withBoard("P7: what was written lies beside what runs, and boots by itself never", (t, board) => {
		write(board, NEW);
		t.like(board.slots.state(), { ...old, other: NEW.slot });
		for (let resets = 0; resets < 3; resets++) board.reset();
		t.like(board.slots.state(), { ...old, other: NEW.slot });
	});

	withBoard("P7: an image is tried once, and any reset goes back", (t, board) => {
		write(board, NEW);
		board.slots.tryNext();
		t.like(board.slots.state(), { ...old, next: "trial" });
		board.reset();
		t.deepEqual(board.slots.state(), { running: NEW.slot, onTrial: true, other: OLD.slot, next: "other" });
		board.reset();
		t.like(board.slots.state(), { ...old, other: NEW.slot });
		board.reset();
		t.like(board.slots.state(), { ...old, other: NEW.slot });
		board.slots.tryNext();
		board.reset();
		t.like(board.slots.state(), { running: NEW.slot, onTrial: true });
	});

	withBoard("what is confirmed stays, and the old image beside it", (t, board) => {
		write(board, NEW);
		board.slots.tryNext();
		board.reset();
		board.slots.confirm();
		const confirmed = { running: NEW.slot, onTrial: false, other: OLD.slot, next: "running" } as const;
		t.deepEqual(board.slots.state(), confirmed);
		board.slots.confirm();
		for (let resets = 0; resets < 3; resets++) board.reset();
		t.deepEqual(board.slots.state(), confirmed);
	});

	withBoard(
		"P7: a trial that was taken back leaves what runs as it was, over any number of resets",
		(t, board) => {
			write(board, NEW);
			board.slots.tryNext();
			board.slots.untry();
			t.like(board.slots.state(), { ...old, other: NEW.slot });
			board.slots.untry();
			for (let resets = 0; resets < 3; resets++) {
				board.reset();
				t.like(board.slots.state(), { ...old, other: NEW.slot });
			}
		},
	);

	withBoard("P7: from a trial and from a confirmed image it rolls back, for good", (t, board) => {
		for (const confirmed of [false, true]) {
			if (!board.slots.state().other) write(board, NEW);
			board.slots.tryNext();
			board.reset();
			if (confirmed) board.slots.confirm();
			board.slots.rollBack();
			t.deepEqual(board.slots.state(), { running: NEW.slot, onTrial: false, other: OLD.slot, next: "other" });
			board.slots.rollBack();
			t.throws(() => board.slots.confirm());
			for (let resets = 0; resets < 3; resets++) {
				board.reset();
				t.like(board.slots.state(), old, `confirmed ${confirmed}`);
			}
		}
	});

	withBoard("nothing is written while it is not settled what runs", (t, board) => {
		write(board, NEW);
		board.slots.tryNext();
		t.throws(() => board.slots.begin(10));
		t.throws(() => board.slots.tryNext());
		board.reset();
		t.throws(() => board.slots.begin(10));
		t.throws(() => board.slots.tryNext());
		board.slots.rollBack();
		t.throws(() => board.slots.begin(10));
		t.throws(() => board.slots.tryNext());
		t.like(board.slots.state(), { next: "other" });
	});

	withBoard("P5: an image that is cut off or damaged is no candidate", (t, board) => {
		t.throws(() => board.slots.tryNext());
		t.throws(() => board.slots.write(NEW.bytes));
		board.slots.begin(NEW.bytes.length);
		board.slots.write(NEW.bytes.subarray(0, 200));
		t.is(board.slots.state().other, undefined);
		t.throws(() => board.slots.finish());
		board.slots.cancel();
		board.slots.cancel();
		t.is(board.slots.state().other, undefined);
		t.throws(() => board.slots.tryNext());
		write(board, NEW);
		board.damageOther();
		board.reset();
		t.like(board.slots.state(), { ...old, other: undefined });
		t.throws(() => board.slots.tryNext());
		t.throws(() => board.slots.begin(board.slots.capacityBytes + 1));
		write(board, NEW);
		t.like(board.slots.state(), { ...old, other: NEW.slot });
	});

	withBoard(
		"P7: an image that was damaged on its way to its trial is not started, and another one can be tried",
		(t, board) => {
			for (const resets of [1, 2]) {
				write(board, NEW);
				board.slots.tryNext();
				board.damageOther();
				for (let count = 0; count < resets; count++) board.reset();
				t.like(board.slots.state(), { ...old, other: undefined }, `${resets}`);
			}
			write(board, NEW);
			board.reset();
			t.like(board.slots.state(), { ...old, other: NEW.slot });
			board.slots.tryNext();
			board.reset();
			t.like(board.slots.state(), { running: NEW.slot, onTrial: true });
			board.reset();
			t.like(board.slots.state(), { ...old, other: NEW.slot });
		},
	);

	withBoard("there is no way to an image that never ran, or that is damaged, but a trial", (t, board) => {
		t.throws(() => board.slots.rollBack());
		write(board, NEW);
		board.slots.tryNext();
		t.throws(() => board.slots.rollBack());
		board.damageOther();
		board.reset();
		t.throws(() => board.slots.rollBack());
		board.reset();
		t.like(board.slots.state(), old);
	});

	withBoard("a reset in the middle of a write leaves what runs", (t, board) => {
		board.slots.begin(NEW.bytes.length);
		board.slots.write(NEW.bytes.subarray(0, 200));
		board.reset();
		t.like(board.slots.state(), { ...old, other: undefined });
		t.throws(() => board.slots.finish());
	});
}
