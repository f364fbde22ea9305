import type { ImageReason, ImageSource } from "../images/image-source.js";
import { newSha256 } from "../images/sha256.js";
import type { Clock } from "../io/clock.js";
import type { Digest, NewDigest } from "../io/digest.js";
import { hexFromBytes } from "../storage/bytes.js";
import type { ElementDone, ImageSink, TargetImage } from "./element.js";
import { ElementError, type ElementReason } from "./element-error.js";

/** What a source's error is to the element that wanted the image. */
const REASONS: Readonly<Record<ImageReason, ElementReason>> = Object.freeze({
	"no-image": "no-image",
	unreadable: "no-image",
	"wrong-size": "wrong-hash",
	changed: "wrong-hash",
	"wrong-range": "no-image",
	redirected: "no-image",
	"http-status": "no-image",
	"bad-response": "no-image",
	broken: "transfer-failed",
	deadline: "transfer-failed",
});

export interface ImagePumpOptions {
	/** The element's name. */
	element: string;
	/** The pump closes it. */
	source: ImageSource;
	sink: ImageSink;
	/** What the order names: nothing else becomes a candidate. */
	image: TargetImage;
	clock: Clock;
	newDigest?: NewDigest | undefined;
	/** 0 to 100, each once and never falling. */
	onProgress?: ((percent: number) => void) | undefined;
}

/**
 * Carries one image from where it is to where it belongs, block by block, and hashes all of it on the way, what the sink has
 * already included. The last block is handed over only when the hash of the whole is the order's, so that another image is
 * never even whole in its slot, and `finish` is called only then. Memory: one block. For one run.
 */
export class ImagePump {
	readonly #options: ImagePumpOptions;
	readonly #digest: Digest;
	#done: ElementDone | undefined;
	/** Where the sink goes on. */
	#startBytes = 0;
	#offsetBytes = 0;
	#percent: number | undefined;
	#timer: unknown;

	constructor(options: ImagePumpOptions) {
		this.#options = options;
		this.#digest = (options.newDigest ?? newSha256)();
	}

	/** Ends with the image a candidate, or an error: the sink's own, `wrong-hash`, `no-image` or `transfer-failed`. */
	run(done: ElementDone): void {
		const { source, sink, image, clock } = this.#options;
		this.#done = done;
		const { sizeBytes } = source;
		// By a timer, for no callback may come while this runs.
		if (sizeBytes !== undefined && sizeBytes !== image.sizeBytes)
			this.#timer = clock.setTimeout(() => this.#failSize(sizeBytes), 0);
		else
			sink.start(image, (error, offsetBytes) => {
				if (!this.#done) return;
				if (error) return this.#end(error);
				const isInside = offsetBytes >= 0 && offsetBytes < image.sizeBytes;
				const isMultiple = isInside && offsetBytes % sink.blockBytes === 0;
				if (!isMultiple && offsetBytes !== image.sizeBytes)
					return this.#fail(
						"transfer-failed",
						`an offset within ${image.sizeBytes} bytes, a multiple of ${sink.blockBytes}, got ${offsetBytes}`,
					);
				this.#startBytes = offsetBytes;
				this.#soon();
			});
	}

	/** Ends whatever goes on; `done` is not called any more. May be called twice. */
	cancel(): void {
		if (!this.#done) return;
		this.#done = undefined;
		this.#options.clock.clearTimeout(this.#timer);
		this.#options.source.close();
		this.#options.sink.cancel();
	}

	/** The next block; by a timer where a call came back at once, so that the stack stays flat and others get their turn. */
	#soon(): void {
		this.#timer = this.#options.clock.setTimeout(() => this.#step(), 0);
	}

	#step(): void {
		const { source, sink, image } = this.#options;
		this.#tell();
		const offset = this.#offsetBytes;
		const bytes = Math.min(sink.blockBytes, image.sizeBytes - offset);
		source.read(offset, bytes, (error, block) => {
			if (!this.#done) return;
			if (error) return this.#fail(REASONS[error.reason], "", error.message);
			if (block?.length !== bytes) return this.#failSize(offset + (block?.length ?? 0));
			this.#digest.update(block);
			this.#offsetBytes += bytes;
			if (this.#offsetBytes === image.sizeBytes) return this.#last(offset, block);
			if (offset < this.#startBytes) return this.#soon();
			this.#write(offset, block, () => this.#soon());
		});
	}

	#last(offset: number, block: Uint8Array): void {
		const { source, sink, image } = this.#options;
		const sha256 = hexFromBytes(this.#digest.digest());
		if (sha256 !== image.sha256)
			return this.#fail("wrong-hash", `an image with SHA-256 ${image.sha256}, got ${sha256}`);
		source.close();
		const finish = (): void => {
			this.#tell();
			sink.finish((error) => this.#done && this.#end(error));
		};
		if (offset < this.#startBytes) finish();
		else this.#write(offset, block, finish);
	}

	#write(offset: number, block: Uint8Array, next: () => void): void {
		this.#options.sink.write(offset, block, (error) => {
			if (!this.#done) return;
			if (error) this.#end(error);
			else next();
		});
	}

	#tell(): void {
		const percent = Math.floor((100 * this.#offsetBytes) / this.#options.image.sizeBytes);
		if (percent === this.#percent) return;
		this.#percent = percent;
		this.#options.onProgress?.(percent);
	}

	#failSize(gotBytes: number): void {
		this.#fail("wrong-hash", `an image of ${this.#options.image.sizeBytes} bytes, got ${gotBytes}`);
	}

	#fail(reason: ElementReason, expected: string, message = `Expected ${expected}`): void {
		this.#end(new ElementError(this.#options.element, reason, message));
	}

	#end(error: ElementError | undefined): void {
		const done = this.#done;
		this.#done = undefined;
		this.#options.clock.clearTimeout(this.#timer);
		this.#options.source.close();
		if (error) this.#options.sink.cancel();
		done?.(error);
	}
}
