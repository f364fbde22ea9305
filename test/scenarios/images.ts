import type { HttpBehaviour } from "../../hosts/emulator/http-behaviour.js";
import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import { MemoryImageStore } from "../../hosts/sim/memory-image-store.js";
import { MemoryStore } from "../../hosts/sim/memory-store.js";
import type { ElementDone, ImageSink, TargetImage } from "../../modules/elements/element.js";
import { ImagePump } from "../../modules/elements/image-pump.js";
import { Fetcher } from "../../modules/images/fetcher.js";
import { FileSource } from "../../modules/images/file-source.js";
import { HttpSource } from "../../modules/images/http-source.js";
import type { ImageSource } from "../../modules/images/image-source.js";
import { OrderFetch } from "../../modules/images/order-fetch.js";
import { newSha256 } from "../../modules/images/sha256.js";
import { ConsoleOrder } from "../../modules/order/console-order.js";
import { bytesFromAscii, hexFromBytes } from "../../modules/storage/bytes.js";
import { crc32 } from "../../modules/storage/crc32.js";
import type { Measured } from "../xs/measure.js";

const DAY_MS = 24 * 3_600_000;
const SIZE_BYTES = 6_000;

/** One byte of an image that nobody has to keep. */
function byteAt(offset: number): number {
	return (Math.imul(offset, 2_654_435_761) >>> 11) & 0xff;
}

function imageOf(sizeBytes: number): Uint8Array {
	const bytes = new Uint8Array(sizeBytes);
	for (let i = 0; i < sizeBytes; i++) bytes[i] = byteAt(i);
	return bytes;
}

function targetOf(sizeBytes: number, sha256: string): TargetImage {
	return { version: "1.1.0", sizeBytes, sha256, hash: sha256 };
}

function sha256Of(bytes: Uint8Array): string {
	const digest = newSha256();
	digest.update(bytes);
	return hexFromBytes(digest.digest());
}

/** A slot that keeps nothing but its log. */
class LoggedSlot implements ImageSink {
	readonly blockBytes = 1024;
	readonly #log: string[];

	constructor(log: string[]) {
		this.#log = log;
	}

	start({ sizeBytes }: TargetImage, done: (error: undefined, offsetBytes: number) => void): void {
		this.#log.push(`start ${sizeBytes}`);
		done(undefined, 0);
	}

	write(offsetBytes: number, block: Uint8Array, done: ElementDone): void {
		this.#log.push(`write ${offsetBytes} ${block.length} ${crc32(block)}`);
		done(undefined);
	}

	finish(done: ElementDone): void {
		this.#log.push("finish");
		done(undefined);
	}

	cancel(): void {
		this.#log.push("cancel");
	}
}

function webLog(behaviour: Partial<HttpBehaviour>): string[] {
	const log: string[] = [];
	const world = new VirtualClock();
	const server = new EmulatedHttpServer(behaviour);
	const image = imageOf(SIZE_BYTES);
	server.files.set("/image", { bytes: image, etag: '"1"' });
	const source = new HttpSource({
		http: { io: EmulatedHttpClient, host: "images.test", clock: world, server },
		path: "/image",
		sizeBytes: SIZE_BYTES,
		clock: world,
	});
	new ImagePump({
		element: "sensor",
		source,
		sink: new LoggedSlot(log),
		image: targetOf(SIZE_BYTES, sha256Of(image)),
		clock: world,
	}).run((error) => log.push(`${world.now()} ${error ? `${error.reason}: ${error.message}` : "done"}`));
	world.advance(DAY_MS);
	return [...log, ...server.requests];
}

export const scenarios: Record<string, () => string[]> = {
	"an image from a web server that breaks off goes on where it broke"() {
		return webLog({ cuts: [2_000, 0, 1_500] });
	},

	"a web server that lies about the length is refused"() {
		return webLog({ lengthErrorBytes: 4 });
	},

	"a web server without ranges is read again"() {
		return webLog({ ranges: "ignore", cuts: [3_000] });
	},

	"an order's files come into storage, through a cut of the power"() {
		const log: string[] = [];
		const clock = new VirtualClock();
		const origin = new MemoryImageStore();
		const image = imageOf(10_000);
		origin.put("sensor.bin", image);
		const store = new MemoryStore();
		let images = new MemoryImageStore({
			onStep: (what) => {
				log.push(what);
				return log.length === 3 ? { keptBytes: 100, garbled: true } : undefined;
			},
		});
		const wanted = {
			order: "c".repeat(64),
			files: [{ name: "sensor.bin", sizeBytes: 10_000, sha256: sha256Of(image) }],
		};
		for (let boot = 0; boot < 2; boot++) {
			new Fetcher({
				images,
				store,
				clock,
				openSource: ({ name }) => new FileSource({ store: origin, name }),
				onProgress: (percent) => log.push(`${percent} %`),
			}).fetch(wanted, (error) => log.push(error ? `${error.reason}: ${error.message}` : "whole"));
			clock.advance(DAY_MS);
			const left = images.bytesOf("sensor.bin") ?? new Uint8Array(0);
			log.push(`${left.length} ${crc32(left)}`);
			images = new MemoryImageStore({ onStep: (what) => void log.push(what) });
			images.put("sensor.bin", left);
		}
		return log;
	},

	"an order comes by URL and by console"() {
		const log: string[] = [];
		const world = new VirtualClock();
		const server = new EmulatedHttpServer();
		server.files.set("/order", { bytes: bytesFromAscii('{"payload":"AA=="}'), etag: '"7"' });
		const fetch = new OrderFetch({
			http: { io: EmulatedHttpClient, host: "orders.test", clock: world, server },
			path: "/order",
			clock: world,
			fetchEveryMs: 3_600_000,
			onEnvelope: (envelope) => {
				log.push(`by URL ${envelope.length} ${crc32(envelope)}`);
				return true;
			},
		});
		fetch.start();
		world.advance(7_200_000);
		fetch.stop();
		const order = new ConsoleOrder({
			clock: world,
			onEnvelope: (envelope) => log.push(`by console ${envelope.length} ${crc32(envelope)}`),
			onError: (error) => log.push(`${error.name}: ${error.message}`),
		});
		order.receive(bytesFromAscii("order 18 a833ee64\r\neyJwYXlsb2FkIjoiQUE9PSJ9\r\n"));
		order.receive(bytesFromAscii("noise\r\norder 18 00000000\r\neyJw\r\nYXls!\r\n"));
		return [...log, ...server.requests];
	},
};

/** An image of any size that is made as it is read. */
function madeSource(sizeBytes: number): ImageSource {
	return {
		sizeBytes,
		read(offsetBytes, bytes, done) {
			const block = new Uint8Array(Math.min(bytes, sizeBytes - offsetBytes));
			block.fill(offsetBytes & 0xff);
			done(undefined, block);
		},
		close() {},
	};
}

const MIB = 1_048_576;
const BLOCK_BYTES = 1024;

export const measured: Measured = {
	"an image of 1 MiB through the pump, in blocks of 1 KiB"() {
		const clock = new VirtualClock();
		const counts = { bytes: 0, done: "" };
		// Without its hashing, which is the same for every way of carrying bytes and is measured below.
		const pump = new ImagePump({
			element: "sensor",
			source: madeSource(MIB),
			sink: {
				blockBytes: BLOCK_BYTES,
				start: (_image, done) => done(undefined, 0),
				write: (_offset, block, done) => {
					clock.setTimeout(() => {
						counts.bytes += block.length;
						done(undefined);
					}, 90);
				},
				finish: (done) => done(undefined),
				cancel() {},
			},
			image: targetOf(MIB, "00".repeat(32)),
			clock,
			newDigest: () => ({ update() {}, digest: () => new Uint8Array(32) }),
		});
		const carryTo = (bytes: number) => (): void => {
			clock.runUntil(() => counts.bytes >= bytes, 1_000_000);
			if (counts.bytes < bytes) throw new Error(`Expected ${bytes} bytes, got ${counts.bytes}`);
		};
		return {
			start: () => pump.run((error) => (counts.done = error?.message ?? "done")),
			"the first 4 KiB": carryTo(4_096),
			"to 256 KiB": carryTo(MIB / 4),
			"to 512 KiB": carryTo(MIB / 2),
			"to 768 KiB": carryTo((3 * MIB) / 4),
			"to 1 MiB": carryTo(MIB),
		};
	},

	"an image of 1 MiB from a web server, in blocks of 1 KiB"() {
		const clock = new VirtualClock();
		// A server that makes its body as it is read.
		const counts = { bytes: 0 };
		const source = new HttpSource({
			http: { io: madeClient(clock), host: "images.test" },
			path: "/image",
			sizeBytes: MIB,
			clock,
		});
		const carryTo = (bytes: number) => (): void => {
			const read = (): void =>
				source.read(counts.bytes, BLOCK_BYTES, (error, block) => {
					if (error) throw error;
					counts.bytes += block?.length ?? 0;
					if (counts.bytes < bytes) clock.setTimeout(read, 0);
				});
			read();
			clock.runUntil(() => counts.bytes >= bytes, 1_000_000);
			if (counts.bytes !== bytes) throw new Error(`Expected ${bytes} bytes, got ${counts.bytes}`);
		};
		return {
			"the first 4 KiB": carryTo(4_096),
			"to 256 KiB": carryTo(MIB / 4),
			"to 512 KiB": carryTo(MIB / 2),
			"to 768 KiB": carryTo((3 * MIB) / 4),
			"to 1 MiB": carryTo(MIB),
		};
	},

	"SHA-256 in the language itself"() {
		const block = new Uint8Array(BLOCK_BYTES);
		const digest = newSha256();
		return {
			"first KiB": () => digest.update(block),
			"second KiB": () => digest.update(block),
			"63 KiB more": () => {
				for (let i = 0; i < 63; i++) digest.update(block);
			},
		};
	},
};

/** A client whose server has no end of zeros: what it gives is made when it is read. */
function madeClient(clock: VirtualClock) {
	return class {
		request({
			onHeaders,
			onReadable,
		}: {
			onHeaders(status: number, headers: ReadonlyMap<string, string>): void;
			onReadable(bytes: number): void;
		}) {
			clock.setTimeout(() => {
				onHeaders(200, new Map([["content-length", `${MIB}`]]));
				onReadable(BLOCK_BYTES);
			}, 1);
			return {
				read: (bytes: number): ArrayBuffer => {
					clock.setTimeout(() => onReadable(BLOCK_BYTES), 1);
					return new ArrayBuffer(bytes);
				},
			};
		}
		close(): void {}
	};
}
