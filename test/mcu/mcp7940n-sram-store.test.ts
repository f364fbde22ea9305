// Requirements: P2, R2, R22
/** Goal: the alive mark fits the SRAM as it is written, and comes back. Method: the real marks over the model of the part. */
import test from "ava";
import { Mcp7940n } from "../../hosts/mcu/drivers/mcp7940n.js";
import { Mcp7940nSramStore, SramLayoutError } from "../../hosts/mcu/drivers/mcp7940n-sram-store.js";
import { Marks } from "../../modules/off-time/marks.js";
import { Mcp7940nModel } from "./mcp7940n-model.js";

const START_MS = Date.UTC(2026, 0, 1);

function part() {
	const model = new Mcp7940nModel();
	const rtc = new Mcp7940n({ clock: { io: model.SMBus } });
	rtc.time = START_MS;
	const store = new Mcp7940nSramStore({ rtc });
	return { model, rtc, store, marks: new Marks({ store }) };
}

function mark(bootNumber: number) {
	const flags = { final: false, isVoid: false, distrusted: false };
	return { bootNumber, epoch: 1, timeMs: START_MS, rate: "none", ...flags } as const;
}

test("P2: marks are written, read back and read after a power cut", (t) => {
	const { model, marks } = part();
	t.is(marks.read().status, "damaged", "what the SRAM woke up with is no mark");
	for (let boot = 1; boot < 6; boot++) {
		marks.write(mark(boot));
		model.cutPower();
		model.advance(600);
		model.restorePower();
		t.deepEqual(marks.read(), { status: "ok", mark: mark(boot) });
	}
});

test("P2: a power cut at any byte of a mark leaves a whole one, the one before or the new one", (t) => {
	let cuts = 0;
	for (; ; cuts++) {
		const { model, marks } = part();
		marks.write(mark(1));
		model.cutPowerAfterBytes(cuts);
		try {
			marks.write(mark(2));
			break;
		} catch {
			model.heal();
		}
		model.restorePower();
		const read = marks.read();
		t.true(read.status === "ok" && [1, 2].includes(read.mark.bootNumber), `byte ${cuts}: ${read.status}`);
	}
	t.is(cuts, 2 * 28, "both slots were written, and cut at each byte");
});

test("P2: a bus that fails at any access of a mark is an error, never a mark that was not written", (t) => {
	for (const fault of ["before", "after"] as const)
		for (let number = 0; ; number++) {
			const { model, marks } = part();
			marks.write(mark(1));
			const before = model.accesses;
			model.failAccess(number, fault);
			let thrown = false;
			try {
				marks.write(mark(2));
			} catch {
				thrown = true;
			}
			if (model.accesses - before <= number) break;
			t.true(thrown, `access ${number} ${fault}`);
			model.heal();
			t.is(marks.read().status, "ok", `access ${number} ${fault}`);
		}
});

test("P2: once the battery was out there is no mark", (t) => {
	const { model, marks } = part();
	marks.write(mark(1));
	model.cutPower();
	model.pullBattery();
	model.restorePower();
	t.is(marks.read().status, "damaged");
});

test("a key that was deleted is not there, and deleting it again is no error", (t) => {
	const { store } = part();
	store.write("mark-a", new Uint8Array(28).fill(7).buffer);
	store.write("mark-b", new Uint8Array(28).fill(8).buffer);
	store.delete("mark-a");
	store.delete("mark-a");
	t.is(store.read("mark-a"), undefined);
	t.deepEqual(store.read("mark-b"), new Uint8Array(28).fill(8).buffer);
});

test("what has no place in the SRAM is refused by name, read as missing, and deleted without a word", (t) => {
	const { model, store } = part();
	const before = model.registers.slice();
	t.throws(() => store.write("boot-a", new ArrayBuffer(18)), {
		instanceOf: SramLayoutError,
		message: "Expected one of mark-a, mark-b, got boot-a",
	});
	t.throws(() => store.write("mark-a", new ArrayBuffer(27)), {
		instanceOf: SramLayoutError,
		message: "Expected 28 bytes for mark-a, got 27",
	});
	t.is(store.read("boot-a"), undefined);
	t.notThrows(() => store.delete("boot-a"));
	t.deepEqual(model.registers, before);
});
