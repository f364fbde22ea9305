// Requirements: P5, R13
/** The pump between an image and an element: only the order's bytes are ever whole there, whatever the source gives. */
import test from "ava";
import fc from "fast-check";
import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryImageStore } from "../../hosts/sim/memory-image-store.js";
import type { ElementDone, ImageSink, TargetImage } from "../../modules/elements/element.js";
import { ElementError } from "../../modules/elements/element-error.js";
import { ImagePump } from "../../modules/elements/image-pump.js";
import { FileSource } from "../../modules/images/file-source.js";
import { HttpSource } from "../../modules/images/http-source.js";
import type { ImageSource } from "../../modules/images/image-source.js";
import { imageOf, sha256Of } from "../images/virtual.js";

const DAY_MS = 24 * 3_600_000;

/** A slot for an image. It answers at once, or after some time, and refuses what breaks the sink's rules. */
class Slot implements ImageSink {
	readonly blockBytes: number;
	readonly calls: string[] = [];
	content: Uint8Array;
	writtenBytes: number;
	failAt: string | undefined;
	readonly #clock: VirtualClock | undefined;
	#timer: unknown;
	#isBusy = false;

	constructor({
		blockBytes = 128,
		sizeBytes = 0,
		thereBytes = 0,
		clock = undefined as VirtualClock | undefined,
	}) {
		this.blockBytes = blockBytes;
		this.content = new Uint8Array(sizeBytes);
		this.writtenBytes = thereBytes;
		this.#clock = clock;
	}

	start(image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		this.#answer("start", () => {
			if (this.content.length < image.sizeBytes) this.content = new Uint8Array(image.sizeBytes);
			done(this.#error("start"), this.writtenBytes);
		});
	}

	write(offsetBytes: number, block: Uint8Array, done: ElementDone): void {
		if (offsetBytes !== this.writtenBytes)
			throw new Error(`a gap: ${offsetBytes} after ${this.writtenBytes}`);
		if (offsetBytes % this.blockBytes !== 0 || block.length > this.blockBytes || block.length === 0)
			throw new Error(`a block of ${block.length} bytes at ${offsetBytes}`);
		this.content.set(block, offsetBytes);
		this.writtenBytes += block.length;
		this.#answer("write", () => done(this.#error("write")));
	}

	finish(done: ElementDone): void {
		this.#answer("finish", () => done(this.#error("finish")));
	}

	cancel(): void {
		this.calls.push("cancel");
		this.#isBusy = false;
		this.#clock?.clearTimeout(this.#timer);
	}

	#error(call: string): ElementError | undefined {
		return this.failAt === call ? new ElementError("sensor", "refused", `no ${call}`) : undefined;
	}

	#answer(call: string, callback: () => void): void {
		if (this.#isBusy) throw new Error(`${call} while another call goes on`);
		if (this.calls.at(-1) !== call) this.calls.push(call);
		if (!this.#clock) return callback();
		this.#isBusy = true;
		this.#timer = this.#clock.setTimeout(() => {
			this.#isBusy = false;
			callback();
		}, 3);
	}
}

function targetOf(bytes: Uint8Array): TargetImage {
	const sha256 = sha256Of(bytes);
	return { version: "1.1.0", sizeBytes: bytes.length, sha256, hash: sha256 };
}

function fileSource(bytes: Uint8Array | undefined): FileSource {
	const store = new MemoryImageStore();
	if (bytes) store.put("image.bin", bytes);
	return new FileSource({ store, name: "image.bin" });
}

interface Ended {
	error: ElementError | undefined;
	percents: number[];
}

function pump(source: ImageSource, slot: Slot, image: TargetImage, clock = new VirtualClock()): Ended {
	const percents: number[] = [];
	const ends: (ElementError | undefined)[] = [];
	new ImagePump({
		element: "sensor",
		source,
		sink: slot,
		image,
		clock,
		onProgress: (percent) => percents.push(percent),
	}).run((error) => ends.push(error));
	clock.advance(DAY_MS);
	if (ends.length !== 1) throw new Error(`it ended ${ends.length} times`);
	if (clock.nextAt() !== undefined) throw new Error("something is left running");
	return { error: ends[0], percents };
}

const image = imageOf(10_000);
const target = targetOf(image);

for (const [name, clock] of [
	["at once", undefined],
	["later", new VirtualClock()],
] as const)
	test(`the order's image is carried whole to a sink that answers ${name}`, (t) => {
		const slot = new Slot({ clock });
		const { error, percents } = pump(fileSource(image), slot, target, clock);
		t.is(error, undefined);
		t.deepEqual(slot.content, image);
		t.deepEqual(slot.calls, ["start", "write", "finish"]);
		t.deepEqual(percents.slice(0, 3), [0, 1, 2]);
		t.is(percents.at(-1), 100);
	});

for (const thereBytes of [128, 9_984, 10_000])
	test(`P5: what is there already up to ${thereBytes} is hashed again and not written again`, (t) => {
		const slot = new Slot({ thereBytes });
		slot.content = image.slice();
		slot.content.fill(0, thereBytes);
		t.is(pump(fileSource(image), slot, target).error, undefined);
		t.deepEqual(slot.content, image);
		const other = image.slice();
		other[5] = ~(other[5] as number);
		const before = new Slot({ thereBytes });
		t.is(pump(fileSource(other), before, target).error?.reason, "wrong-hash");
		t.false(before.calls.includes("finish"));
	});

test("P5: other bytes are never finished, and never even whole", (t) => {
	for (const at of [0, 127, 128, 5_000, 9_999]) {
		const other = image.slice();
		other[at] = (other[at] as number) ^ 1;
		const slot = new Slot({});
		const { error } = pump(fileSource(other), slot, target);
		t.is(error?.reason, "wrong-hash");
		t.regex(error?.message ?? "", /Expected an image with SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/);
		t.is(slot.calls.at(-1), "cancel");
		t.false(slot.calls.includes("finish"));
		t.true(slot.writtenBytes < image.length);
	}
});

test("P5: an image of another size is refused before the slot is touched", (t) => {
	for (const bytes of [image.slice(1), imageOf(10_001)]) {
		const slot = new Slot({});
		t.is(pump(fileSource(bytes), slot, target).error?.reason, "wrong-hash");
		t.deepEqual(slot.calls, ["cancel"]);
	}
});

test("an image that is not there is `no-image`", (t) => {
	t.is(pump(fileSource(undefined), new Slot({}), target).error?.reason, "no-image");
});

for (const call of ["start", "write", "finish"])
	test(`a sink that fails at ${call} is heard and cancelled`, (t) => {
		const slot = new Slot({});
		slot.failAt = call;
		const { error } = pump(fileSource(image), slot, target);
		t.is(error?.message, `no ${call}`);
		t.is(slot.calls.at(-1), "cancel");
	});

test("a sink that would go on in the middle of a block, or beyond the image, is refused", (t) => {
	for (const thereBytes of [1, 10_112, -128])
		t.is(pump(fileSource(image), new Slot({ thereBytes }), target).error?.reason, "transfer-failed");
});

test("after cancel no callback comes, wherever it was", (t) => {
	for (let afterMs = 0; afterMs < 235; afterMs += 7) {
		const clock = new VirtualClock();
		const slot = new Slot({ clock });
		const cancelled = new ImagePump({
			element: "sensor",
			source: fileSource(image),
			sink: slot,
			image: target,
			clock,
		});
		cancelled.run(() => t.fail("it was cancelled"));
		clock.advance(afterMs);
		const calls = slot.calls.length;
		cancelled.cancel();
		cancelled.cancel();
		t.is(slot.calls.length, calls + 1);
		clock.advance(DAY_MS);
		t.is(clock.nextAt(), undefined);
	}
});

test("a digest of the board's own is used", (t) => {
	let updatedBytes = 0;
	const ends: unknown[] = [];
	const clock = new VirtualClock();
	new ImagePump({
		element: "sensor",
		source: fileSource(image),
		sink: new Slot({}),
		image: { ...target, sha256: "07".repeat(32) },
		clock,
		newDigest: () => ({
			update: (bytes) => {
				updatedBytes += bytes.length;
			},
			digest: () => new Uint8Array(32).fill(7),
		}),
	}).run((error) => ends.push(error));
	clock.advance(DAY_MS);
	t.deepEqual(ends, [undefined]);
	t.is(updatedBytes, image.length);
});

test("P5: from the web, with connections that break at random, only the order's image is finished", (t) => {
	const seed = Date.now();
	fc.assert(
		fc.property(
			fc.array(fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }), { maxLength: 12 }),
			fc.option(fc.integer({ min: 0, max: 9_999 }), { nil: undefined }),
			fc.boolean(),
			fc.integer({ min: 1, max: 2_000 }),
			fc.integer({ min: 0, max: 20 }),
			(cuts, flippedAt, hasRanges, blockBytes, blocksThere) => {
				const world = new VirtualClock();
				const bytes = image.slice();
				if (flippedAt !== undefined) bytes[flippedAt] = ~(bytes[flippedAt] as number);
				const server = new EmulatedHttpServer({ cuts, ranges: hasRanges ? "honour" : "ignore" });
				server.files.set("/image", { bytes, etag: '"1"' });
				const source = new HttpSource({
					http: { io: EmulatedHttpClient, host: "images.test", clock: world, server },
					path: "/image",
					sizeBytes: image.length,
					clock: world,
				});
				const thereBytes = Math.min(blocksThere * blockBytes, image.length);
				const slot = new Slot({ blockBytes, thereBytes, clock: world });
				slot.content = image.slice();
				slot.content.fill(0, thereBytes);
				const { error } = pump(source, slot, target, world);
				const isFinished = slot.calls.includes("finish");
				if (isFinished !== (error === undefined)) throw new Error("finished and failed");
				if (isFinished && Buffer.compare(slot.content, image) !== 0) throw new Error("other bytes");
				if (flippedAt !== undefined && isFinished) throw new Error("another image was finished");
			},
		),
		{ seed, numRuns: 200 },
	);
	t.pass(`seed ${seed}`);
});
