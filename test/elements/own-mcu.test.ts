// Requirements: P5, P7, R12
import test from "ava";
import { factoryPartitions } from "../../hosts/emulator/partition-flash.js";
import { EmulatedPartitions } from "../../hosts/emulator/partitions.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import { OwnMcu } from "../../modules/elements/own-mcu.js";
import type { BootSlots } from "../../modules/io/boot-slots.js";
import { identify, ownImage } from "./own-images.js";
import { Steps } from "./own-mcu-steps.js";

const OLD = ownImage("1.0.0");
const NEW = ownImage("1.1.0", 9_000);
const LATER = ownImage("1.2.0");

function board({ rollback = true } = {}) {
	const flash = factoryPartitions(OLD.bytes);
	const partitions = new EmulatedPartitions({ flash, identify, rollback });
	partitions.powerOn();
	/** A start of the MCU: nothing is remembered but what is in the flash. */
	const start = (): Steps => {
		partitions.powerOn();
		return new Steps(new OwnMcu({ name: "self", slots: partitions }));
	};
	return { flash, partitions, start };
}

const reason = (error: ElementError | undefined): string => error?.reason ?? "";

test("P7: an update: staged, tried after a restart, accepted, and the old image is kept", (t) => {
	const { start } = board();
	let own = start();
	t.deepEqual(own.query(), { state: "ready", running: OLD.slot, other: undefined });
	t.is(own.stage(NEW), undefined);
	t.is(own.query().state, "candidate");
	t.is(own.install(NEW), undefined);
	t.is(own.install(NEW), undefined);
	t.is(own.query().state, "staged");
	t.deepEqual(own.query().running, OLD.slot);
	own = start();
	t.deepEqual(own.query(), { state: "trial", running: NEW.slot, other: OLD.slot });
	t.is(own.install(NEW), undefined);
	t.is(own.accept(NEW), undefined);
	t.is(own.accept(NEW), undefined);
	t.deepEqual(own.query(), { state: "ready", running: NEW.slot, other: OLD.slot });
	t.deepEqual(start().query(), { state: "ready", running: NEW.slot, other: OLD.slot });
});

test("P7: reject brings the old image back from wherever the update is", (t) => {
	const begun: Record<string, (steps: Steps, start: () => Steps) => Steps> = {
		nothing: (own) => own,
		"a candidate": (own) => {
			own.stage(NEW);
			return own;
		},
		"a staged image": (own) => {
			own.stage(NEW);
			own.install(NEW);
			return own;
		},
		"a trial": (own, start) => {
			own.stage(NEW);
			own.install(NEW);
			return start();
		},
		"an accepted image": (own, start) => {
			own.stage(NEW);
			own.install(NEW);
			const tried = start();
			tried.accept(NEW);
			return tried;
		},
		"an accepted image of an earlier start": (own, start) => {
			own.stage(NEW);
			own.install(NEW);
			start().accept(NEW);
			return start();
		},
	};
	for (const [what, begin] of Object.entries(begun)) {
		const { start } = board();
		let own = begin(start(), start);
		const needsStart = own.query().running.hash !== OLD.slot.hash;
		t.is(needsStart, what.includes("trial") || what.includes("accepted"), what);
		t.is(own.reject(OLD.slot), undefined, what);
		t.is(own.reject(OLD.slot), undefined, what);
		if (needsStart) t.is(own.query().state, "rejected", what);
		t.is(reason(own.accept(NEW)) === "", false, what);
		for (let starts = 0; starts < 3; starts++) {
			own = start();
			t.deepEqual(own.query().running, OLD.slot, what);
			t.is(own.query().state, "ready", what);
			t.is(own.reject(OLD.slot), undefined, what);
		}
	}
});

test("P5: what the order does not name is never a candidate", (t) => {
	const { start } = board();
	const own = start();
	t.is(reason(own.install(NEW)), "no-image");
	t.is(reason(own.stage({ ...NEW, target: LATER.target })), "transfer-failed");
	t.is(
		reason(own.stage({ ...NEW, target: { ...NEW.target, hash: LATER.target.hash, sha256: "" } })),
		"wrong-hash",
	);
	t.is(own.query().state, "failed");
	t.is(reason(own.install(LATER)), "wrong-hash");
	t.is(reason(own.stage({ ...NEW, target: { ...NEW.target, sizeBytes: 99_999_999 } })), "no-space");
	const broken = NEW.bytes.slice();
	broken[400] = (broken[400] ?? 0) ^ 1;
	t.is(own.clean(), undefined);
	const other = start();
	t.is(other.stage(LATER), undefined);
	t.is(reason(other.stage({ ...NEW, bytes: broken })), "wrong-hash");
	t.is(other.query().other, undefined);
	t.is(reason(other.install(NEW)), "no-image");
	t.deepEqual(other.query().running, OLD.slot);
});

test("the image is known by the board's hash or by the file's", (t) => {
	for (const target of [
		{ ...NEW.target, hash: "ab".repeat(32), sha256: NEW.slot.hash },
		{ ...NEW.target, sha256: "ab".repeat(32) },
	]) {
		const { start } = board();
		const own = start();
		const image = { ...NEW, target };
		t.is(own.stage(image), undefined);
		t.is(own.install(image), undefined);
		t.is(start().accept(image), undefined);
	}
});

test("an image that lies in the other slot already is not written again", (t) => {
	const { partitions, start } = board();
	start().stage(NEW);
	const own = start();
	const before = partitions.operations;
	t.is(own.stage(NEW), undefined);
	t.is(partitions.operations, before);
	t.is(own.query().state, "candidate");
});

test("a board without a trial boot is refused, whatever is asked of it", (t) => {
	const { flash, start } = board({ rollback: false });
	const own = start();
	const error = t.throws(() => own.query(), { name: "ElementError" }) as ElementError;
	t.is(error.reason, "no-trial");
	t.regex(error.remedy, /leave the element out/);
	for (const failure of [
		own.stage(NEW),
		own.install(NEW),
		own.accept(NEW),
		own.reject(OLD.slot),
		own.clean(),
	])
		t.is(reason(failure), "no-trial");
	t.is(flash.partitions.b.length, 0);
});

test("P7: a board whose old image would not outlive an accept is refused before anything is begun", (t) => {
	const { partitions } = board();
	const slots = new Proxy(partitions as BootSlots, {
		get: (target, key) => {
			if (key === "keepsOther") return false;
			const value = Reflect.get(target, key, target) as unknown;
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
	const own = new Steps(new OwnMcu({ name: "self", slots }));
	t.is(own.stage(NEW), undefined);
	t.is(reason(own.install(NEW)), "cannot-go-back");
	t.is(own.query().state, "candidate");
});

test("P7: reject says so where the old image is not there any more, and leaves what runs", (t) => {
	const { start } = board();
	start().stage(NEW);
	start().install(NEW);
	const own = start();
	own.accept(NEW);
	t.is(own.stage(LATER), undefined);
	t.is(reason(own.reject(OLD.slot)), "cannot-go-back");
	t.deepEqual(start().query(), { state: "ready", running: NEW.slot, other: LATER.slot });
});

test("while an image is on trial nothing else is begun", (t) => {
	const { start } = board();
	const first = start();
	first.stage(NEW);
	first.install(NEW);
	const own = start();
	t.is(reason(own.stage(LATER)), "refused");
	t.is(reason(own.install(LATER)), "refused");
	t.is(reason(own.clean()), "refused");
	t.is(reason(own.accept(LATER)), "trial-failed");
	t.is(own.query().state, "trial");
	t.deepEqual(start().query().running, OLD.slot);
});

test("clean and cancel leave nothing that would start, and keep a whole image", (t) => {
	const { start } = board();
	const own = start();
	own.stage(NEW);
	own.install(NEW);
	t.is(own.clean(), undefined);
	t.deepEqual(own.query(), { state: "ready", running: OLD.slot, other: NEW.slot });
	t.deepEqual(start().query().running, OLD.slot);
	const slots = new EmulatedPartitions({ flash: factoryPartitions(OLD.bytes), identify });
	slots.powerOn();
	const element = new OwnMcu({ name: "self", slots });
	element.start(NEW.target, (error, offsetBytes) => t.deepEqual([error, offsetBytes], [undefined, 0]));
	element.write(0, NEW.bytes.subarray(0, 4_096), (error) => t.is(error, undefined));
	element.query((_, status) => t.is(status?.state, "writing"));
	element.cancel();
	element.cancel();
	element.write(4_096, NEW.bytes.subarray(4_096, 8_192), (error) => t.is(error?.reason, "refused"));
	element.query((_, status) => t.like(status, { state: "ready", other: undefined }));
});

test("blocks that are out of order, or too many, end the write", (t) => {
	for (const [at, bytes] of [
		[4_096, 10],
		[0, NEW.bytes.length + 1],
	] as const) {
		const { partitions } = board();
		const element = new OwnMcu({ name: "self", slots: partitions });
		element.start(NEW.target, () => {});
		element.write(at, new Uint8Array(bytes), (error) => t.is(error?.reason, "transfer-failed"));
		element.finish((error) => t.is(error?.reason, "refused"));
		element.query((_, status) => t.is(status?.state, "failed"));
	}
});
