import type { BootSlots, BootState, SlotImage } from "../io/boot-slots.js";
import type { Element, ElementDone, ElementImage, ElementStatus, TargetImage } from "./element.js";
import { ElementError, type ElementReason } from "./element-error.js";

/** What the MCU was asked to do since it started; the slots tell everything else. */
type Doing = "writing" | "candidate" | "failed" | undefined;

export interface OwnMcuOptions {
	/** The name that the order gives it. */
	name: string;
	slots: BootSlots;
}

/**
 * Our own MCU: an image is written into the slot that does not run, runs on trial after the next start, and is accepted by itself.
 *
 * Everything is done at once, so `done` is called before a verb returns. `install` and `reject` only say what the next start
 * runs, and the caller starts the MCU again: after `install` always; after `reject` where `query` then shows that another image
 * than `old` is running. After that start `reject` is called once more, and finds that it is so already, or ends what the power
 * cut off. The firmware that has just started goes on with the journal, whichever it is.
 *
 * An image is known by the board's own hash of it. An order's image counts as the one in a slot where its `hash` is the slot's,
 * or its `sha256` is: boards that have no hash of their own take the file's.
 */
export class OwnMcu implements Element {
	readonly name: string;
	readonly restarts = true;
	readonly blockBytes: number;
	readonly #slots: BootSlots;
	#doing: Doing;
	#target: TargetImage | undefined;
	#writtenBytes = 0;
	/** The image was in the slot before: nothing is written. */
	#isThere = false;

	constructor({ name, slots }: OwnMcuOptions) {
		this.name = name;
		this.blockBytes = slots.blockBytes;
		this.#slots = slots;
	}

	/**
	 * `trial`: what runs was not accepted. `rejected`: it is to be replaced by the other one at the next start. `staged`: the other
	 * one is tried at the next start. `writing`, `candidate` and `failed` are forgotten at a start; the image itself is told as `other`.
	 */
	query(done: (error: ElementError | undefined, status: ElementStatus | undefined) => void): void {
		let status: ElementStatus | undefined;
		const error = this.#attempt(() => {
			const boot = this.#state();
			status = { state: this.#stateName(boot), running: boot.running, other: boot.other };
		}, "no-answer");
		done(error, status);
	}

	/** The size of the image where the other slot holds it already; else the slot is emptied. */
	start(image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		let offsetBytes = 0;
		const error = this.#attempt(() => {
			const boot = this.#state();
			this.#mustNotBeOnTrial(boot);
			if (boot.next === "other")
				throw this.#error("refused", "Expected a start of the MCU first, for the other slot is to run");
			const { capacityBytes } = this.#slots;
			if (image.sizeBytes > capacityBytes)
				throw this.#error("no-space", `Expected at most ${capacityBytes} bytes, got ${image.sizeBytes}`);
			if (boot.next === "trial") this.#slots.untry();
			this.#slots.cancel();
			this.#doing = undefined;
			this.#isThere = boot.other !== undefined && isImage(boot.other, image);
			if (this.#isThere) offsetBytes = image.sizeBytes;
			else this.#slots.begin(image.sizeBytes);
			this.#target = image;
			this.#writtenBytes = offsetBytes;
			this.#doing = "writing";
		}, "transfer-failed");
		done(error, error ? 0 : offsetBytes);
	}

	write(offsetBytes: number, block: Uint8Array, done: ElementDone): void {
		done(
			this.#attemptWrite(() => {
				const { sizeBytes } = this.#writing();
				if (offsetBytes !== this.#writtenBytes || offsetBytes + block.length > sizeBytes)
					throw this.#error(
						"transfer-failed",
						`Expected bytes from ${this.#writtenBytes} up to ${sizeBytes}, got ${block.length} from ${offsetBytes}`,
					);
				this.#slots.write(block);
				this.#writtenBytes += block.length;
			}, "transfer-failed"),
		);
	}

	/** The board checks the image as its bootloader does, and then it must be known by the order's hash. */
	finish(done: ElementDone): void {
		done(
			this.#attemptWrite(() => {
				const image = this.#writing();
				if (this.#writtenBytes !== image.sizeBytes)
					throw this.#error(
						"transfer-failed",
						`Expected ${image.sizeBytes} bytes, got ${this.#writtenBytes}`,
					);
				if (!this.#isThere) this.#slots.finish();
				this.#mustHold(this.#state().other, image);
				this.#doing = "candidate";
			}, "wrong-hash"),
		);
	}

	cancel(): void {
		if (this.#doing !== "writing") return;
		this.#doing = undefined;
		this.#target = undefined;
		this.#attempt(() => this.#slots.cancel(), "transfer-failed");
	}

	/** The slots have no port. */
	close(): void {}

	/** Does nothing where the image runs already. The slots keep the old image, so nothing else is asked of it. */
	install(image: TargetImage, done: ElementDone): void {
		done(
			this.#attempt(() => {
				const boot = this.#state();
				if (isImage(boot.running, image) && (boot.onTrial || boot.next === "running")) return;
				this.#mustNotBeOnTrial(boot);
				if (!this.#slots.keepsOther)
					throw this.#error(
						"cannot-go-back",
						"Expected a board that still boots the old image after an accept",
					);
				this.#mustHold(boot.other, image);
				if (boot.next !== "trial") this.#slots.tryNext();
				const { next } = this.#state();
				if (next !== "trial")
					throw this.#error("trial-failed", `Expected the new image to be tried next, got ${next}`);
			}, "trial-failed"),
		);
	}

	accept(image: TargetImage, done: ElementDone): void {
		done(
			this.#attempt(() => {
				const { running, onTrial } = this.#state();
				if (!isImage(running, image))
					throw this.#error("trial-failed", `Expected to run ${image.version}, got ${shown(running)}`);
				if (onTrial) this.#slots.confirm();
				const { next } = this.#state();
				if (next !== "running")
					throw this.#error("not-accepted", `Expected the next start to run the running image, got ${next}`);
			}, "not-accepted"),
		);
	}

	reject(old: ElementImage, done: ElementDone): void {
		done(
			this.#attempt(() => {
				const boot = this.#state();
				const isOld = boot.running.hash === old.hash;
				if (isOld) this.#stay(boot);
				else this.#leave(boot, old);
				const { next } = this.#state();
				const expected = isOld ? "running" : "other";
				if (next !== expected)
					throw this.#error(
						"not-rejected",
						`Expected the next start to run the ${expected} image, got ${next}`,
					);
			}, "not-rejected"),
		);
	}

	/** A whole image in the other slot is left there: nothing starts it. */
	clean(done: ElementDone): void {
		done(
			this.#attempt(() => {
				const boot = this.#state();
				this.#mustNotBeOnTrial(boot);
				if (boot.next === "trial") this.#slots.untry();
				this.#slots.cancel();
				this.#doing = undefined;
				this.#target = undefined;
			}, "refused"),
		);
	}

	/** The old image runs: it is to run again, for good. A restart that was cut off may have left it on trial itself. */
	#stay({ onTrial, next }: BootState): void {
		if (onTrial) this.#slots.confirm();
		if (next === "trial") this.#slots.untry();
		if (next === "other" && !onTrial)
			throw this.#error(
				"not-rejected",
				"Expected the old image to stay, but the other one is to run for good",
			);
	}

	/** The new image runs: the old one must lie beside it. On trial it goes by itself; that is written down all the same. */
	#leave({ other, next, onTrial }: BootState, old: ElementImage): void {
		if (other?.hash !== old.hash)
			throw this.#error(
				"cannot-go-back",
				`Expected the other slot to hold ${old.version} (${old.hash}), got ${other ? shown(other) : "nothing"}`,
			);
		if (next !== "other" || onTrial) this.#slots.rollBack();
	}

	#stateName({ onTrial, next }: BootState): ElementStatus["state"] {
		if (onTrial) return "trial";
		if (next === "other") return "rejected";
		if (next === "trial") return "staged";
		return this.#doing ?? "ready";
	}

	#state(): BootState {
		if (!this.#slots.canTry)
			throw this.#error(
				"no-trial",
				"Expected a board whose bootloader tries an image and goes back, got none",
			);
		return this.#slots.state();
	}

	#writing(): TargetImage {
		if (this.#doing !== "writing" || !this.#target)
			throw this.#error("refused", "Expected `start` first, for nothing is being written");
		return this.#target;
	}

	#mustNotBeOnTrial({ onTrial, running }: BootState): void {
		if (onTrial)
			throw this.#error(
				"refused",
				`Expected ${shown(running)} to be accepted or rejected first; it is on trial`,
			);
	}

	#mustHold(other: SlotImage | undefined, image: TargetImage): void {
		if (!other)
			throw this.#error("no-image", `Expected ${image.version} in the other slot, got nothing that boots`);
		if (!isImage(other, image))
			throw this.#error("wrong-hash", `Expected ${image.version} (${image.hash}), got ${shown(other)}`);
	}

	/** A write that failed has ended: what was written so far is nothing that boots. */
	#attemptWrite(step: () => void, reason: ElementReason): ElementError | undefined {
		const error = this.#attempt(step, reason);
		if (error && this.#doing === "writing") this.#fail();
		return error;
	}

	/** What a step says itself stands; whatever else the slots throw gets this reason. */
	#attempt(step: () => void, reason: ElementReason): ElementError | undefined {
		try {
			step();
			return undefined;
		} catch (error) {
			return error instanceof ElementError ? error : this.#error(reason, (error as Error).message);
		}
	}

	#fail(): void {
		this.#doing = "failed";
		this.#target = undefined;
		try {
			this.#slots.cancel();
		} catch {
			// The slot holds no whole image either way.
		}
	}

	#error(reason: ElementReason, message: string): ElementError {
		return new ElementError(this.name, reason, message);
	}
}

function isImage({ hash }: SlotImage, image: TargetImage): boolean {
	return hash === image.hash || hash === image.sha256;
}

function shown({ version, hash }: SlotImage): string {
	return `${version} (${hash})`;
}
