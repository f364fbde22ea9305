// Requirements: P7, R12
/**
 * Goal: the power may go in any flash operation of an update of our own MCU. Method: the same update is cut at its first operation, its
 * second, and so on, in the verbs and in the bootloader; after each cut the recovery must end with the old image, or the new one
 * where it had been accepted, running for good.
 */
import test from "ava";
import { factoryPartitions } from "../../hosts/emulator/partition-flash.js";
import { EmulatedPartitions } from "../../hosts/emulator/partitions.js";
import { OwnMcu } from "../../modules/elements/own-mcu.js";
import { identify, ownImage } from "./own-images.js";
import { esp32Slots } from "./own-mcu-boards.js";
import { Steps } from "./own-mcu-steps.js";

const OLD = ownImage("1.0.0");
const NEW = ownImage("1.1.0", 9_000);
const STARTS_MAX = 4;
const CUTS_MAX = 200;

class Board {
	readonly flash = factoryPartitions(OLD.bytes);
	readonly partitions = new EmulatedPartitions({ flash: this.flash, identify });
	readonly #isEsp32: boolean;

	constructor(isEsp32: boolean) {
		this.#isEsp32 = isEsp32;
		this.start();
	}

	/** The MCU starts, once more where the power went in the bootloader. */
	start(): Steps {
		try {
			this.partitions.powerOn();
		} catch {
			this.partitions.powerOn();
		}
		return this.own();
	}

	own(): Steps {
		const slots = this.#isEsp32 ? esp32Slots(this.partitions) : this.partitions;
		return new Steps(new OwnMcu({ name: "self", slots }));
	}

	get isOff(): boolean {
		return this.partitions.running === undefined;
	}
}

/** Every step up to the end; false where the power went. */
function updated(board: Board, story: { accepted: boolean }): boolean {
	const steps = [
		() => board.own().stage(NEW),
		() => board.own().install(NEW),
		() => board.partitions.powerOn(),
		() => {
			story.accepted = true;
			return board.own().accept(NEW);
		},
	];
	for (const step of steps) {
		try {
			step();
		} catch {
			// Only the bootloader throws.
		}
		if (board.isOff) return false;
	}
	return true;
}

/** As the set's recovery does: reject, and a start where another image runs. Gives the number of starts. */
function recover(board: Board): number {
	for (let starts = 1; starts <= STARTS_MAX; starts++) {
		const own = board.start();
		const error = own.reject(OLD.slot);
		if (error) throw error;
		if (own.query().running.hash === OLD.slot.hash && own.query().state === "ready") return starts;
	}
	throw new Error(`Expected the old image after ${STARTS_MAX} starts`);
}

for (const isEsp32 of [false, true]) {
	const name = isEsp32 ? "the ESP32's slots" : "the emulated slots";

	test(`P7: ${name}: a power cut at any flash operation of an update leaves the old image or the new one, and it can go back`, (t) => {
		let cuts = 0;
		for (let operations = 0; operations < CUTS_MAX; operations++) {
			const board = new Board(isEsp32);
			const story = { accepted: false };
			board.partitions.cutAfter(operations);
			const isWhole = updated(board, story);
			if (isWhole) break;
			cuts++;
			const own = board.start();
			const { running, state } = own.query();
			t.true([OLD.slot.hash, NEW.slot.hash].includes(running.hash), `${operations}`);
			// The new image runs for good only where it was being accepted.
			if (running.hash === NEW.slot.hash && state !== "trial") t.true(story.accepted, `${operations}`);
			t.true(recover(board) <= 2, `${operations}`);
			for (let starts = 0; starts < 3; starts++)
				t.like(board.start().query(), { running: OLD.slot, state: "ready" }, `${operations}`);
		}
		t.true(cuts >= 9, `${cuts}`);
	});

	test(`P7: ${name}: a power cut at any flash operation of a way back ends in the old image all the same`, (t) => {
		for (const accepted of [false, true]) {
			let cuts = 0;
			for (let operations = 0; operations < CUTS_MAX; operations++) {
				const board = new Board(isEsp32);
				t.is(board.own().stage(NEW), undefined);
				t.is(board.own().install(NEW), undefined);
				t.is(board.start().query().state, "trial");
				if (accepted) t.is(board.own().accept(NEW), undefined);
				board.partitions.cutAfter(operations);
				board.own().reject(OLD.slot);
				if (!board.isOff) break;
				cuts++;
				t.true(recover(board) <= 2, `${accepted} ${operations}`);
				for (let starts = 0; starts < 3; starts++)
					t.like(board.start().query(), { running: OLD.slot, state: "ready" });
			}
			t.is(cuts, 2, `${accepted}`);
		}
	});

	test(`P7: ${name}: a power cut while a staged image is taken back tries it at most once`, (t) => {
		const board = new Board(isEsp32);
		board.own().stage(NEW);
		board.own().install(NEW);
		board.partitions.cutAfter(0);
		board.own().reject(OLD.slot);
		t.true(board.isOff);
		t.is(board.start().query().state, "trial");
		t.is(recover(board), 1);
		t.like(board.start().query(), { running: OLD.slot, state: "ready" });
	});
}
