import type { Clock } from "../io/clock.js";
import type { CborMap } from "../smp/cbor-reader.js";
import { BOOTLOADER_MODES, bytesFromHex } from "../smp/images.js";
import { bootloaderMode, confirmImage, eraseImage, parameters, testImage } from "../smp/requests.js";
import { SmpClient, type SmpSerialOptions, type SmpTrouble } from "../smp/smp-client.js";
import type { SmpLimits } from "../smp/smp-limits.js";
import type { Element, ElementDone, ElementImage, ElementStatus, TargetImage } from "./element.js";
import type { ElementError } from "./element-error.js";
import { nextStepBack, type ProcessorSlots, statusOf } from "./smp-slots.js";
import { SmpUpload } from "./smp-upload.js";
import { SmpVerb, shown } from "./smp-verb.js";

const BLOCK_BYTES = 1_024;
/** What Zephyr, Mynewt and NuttX hold at least, where a server does not tell (`CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE` is 384). */
const BUFFER_BYTES_UNTOLD = 256;
/** So that the first piece has room for MCUboot's header, which servers look at. */
const BUFFER_BYTES_MIN = 192;
/** How often a server may answer a piece with an offset that is no step ahead. */
const STANDSTILLS_MAX = 5;
/** An image that is pending for good is run by one reset and left by another; one more is spare. */
const RESETS_MAX = 3;
const STEPS_BACK_MAX = 12;

export interface SmpProcessorOptions {
	/** The name that the order gives it. */
	name: string;
	/** The processor's port; it opens at the first verb. */
	serial: SmpSerialOptions;
	clock: Clock;
	/** From a reset until the new image answers, two swaps of the slots included. Default: 120 s. */
	swapWithinMs?: number | undefined;
	/** For the answer to the first piece and to an erase, for both erase a slot. Default: 60 s. */
	eraseWithinMs?: number | undefined;
	/** How often a processor that was reset is asked whether it is back. Default: 1 s. */
	probeEveryMs?: number | undefined;
	/**
	 * The bootloader swaps the two slots by scratch or by move (not by offset) and lets an older version run. Only asked for
	 * where the server does not tell; it does with Zephyr's `CONFIG_MCUMGR_GRP_OS_BOOTLOADER_INFO`. Default: false, and such a
	 * processor is refused.
	 */
	assumeSwap?: boolean | undefined;
	/** Pulls the processor's reset line once, for an image on trial whose SMP server does not answer. */
	pullReset?: (() => void) | undefined;
	limits?: Partial<SmpLimits> | undefined;
	onTrouble?: ((trouble: SmpTrouble) => void) | undefined;
}

/**
 * Another processor with MCUboot and an SMP server on a serial console. It remembers in its own flash what its slots hold
 * and which of them is pending or confirmed; so its state is asked for each time and nothing is kept here but an upload.
 * `candidate` is any other image that lies in slot 1 and is not pending: a new one that was uploaded, an old one after an
 * `accept`, a new one after a `reject`; the hash tells which.
 */
export class SmpProcessor implements Element {
	readonly name: string;
	readonly restarts = false;
	readonly blockBytes = BLOCK_BYTES;
	readonly #options: SmpProcessorOptions;
	readonly #clock: Clock;
	readonly #client: SmpClient;
	readonly #swapWithinMs: number;
	readonly #eraseWithinMs: number;
	readonly #probeEveryMs: number;
	#verb: SmpVerb | undefined;
	#upload: SmpUpload | undefined;

	/** Opens nothing and sends nothing. */
	constructor(options: SmpProcessorOptions) {
		this.#options = options;
		this.name = options.name;
		this.#clock = options.clock;
		this.#swapWithinMs = options.swapWithinMs ?? 120_000;
		this.#eraseWithinMs = options.eraseWithinMs ?? 60_000;
		this.#probeEveryMs = options.probeEveryMs ?? 1_000;
		const { serial, clock, limits, onTrouble } = options;
		this.#client = new SmpClient({ serial, clock, limits, onTrouble });
	}

	query(done: (error: ElementError | undefined, status: ElementStatus | undefined) => void): void {
		let status: ElementStatus | undefined;
		const verb = this.#begin((error) => done(error, status));
		verb.look((slots) => {
			status = statusOf(slots);
			if (this.#upload) status.state = "writing";
			verb.succeed();
		});
	}

	/**
	 * The offset is 0 or the whole size. Where the server still has the beginning of this very image it says so at the first
	 * block, and the blocks that it has are not sent: it only looks an upload up by its SHA-256 when it sees the beginning.
	 */
	start(image: TargetImage, done: (error: ElementError | undefined, offsetBytes: number) => void): void {
		let offsetBytes = 0;
		const verb = this.#begin((error) => done(error, offsetBytes));
		this.#upload = undefined;
		verb.look((slots) => {
			const { running, other } = slots;
			if (running.hash === image.hash || (other?.hash === image.hash && other.bootable)) {
				this.#upload = new SmpUpload({ image, bufferBytes: BUFFER_BYTES_UNTOLD });
				offsetBytes = image.sizeBytes;
				return verb.succeed();
			}
			if (!running.confirmed || other?.pending)
				return verb.fail(
					"refused",
					`Expected ${this.name} to have no update under way, got ${running.confirmed ? `${other?.version} pending` : `${running.version} on trial`}`,
				);
			// Before what lies in the other slot is lost for an image that will never be installed.
			this.#requireWayBack(verb, () => this.#beginUpload(verb, image));
		});
	}

	write(offsetBytes: number, block: Uint8Array, done: ElementDone): void {
		const verb = this.#begin(done);
		const upload = this.#upload;
		if (!upload)
			return verb.later(0, () => verb.fail("transfer-failed", "Expected a start before the first block"));
		const endBytes = offsetBytes + block.length;
		const goOn = (): void => {
			if (upload.nextBytes >= endBytes) return verb.succeed();
			if (upload.nextBytes < offsetBytes)
				return verb.fail(
					"transfer-failed",
					`Expected ${this.name} to ask for byte ${offsetBytes} or a later one, it asks for ${upload.nextBytes}`,
				);
			if (upload.standstills > STANDSTILLS_MAX)
				return verb.fail(
					"transfer-failed",
					`Expected ${this.name} to take the piece at byte ${upload.nextBytes}, it asked for it ${upload.standstills} times`,
				);
			const isFirst = upload.nextBytes === 0;
			verb.ask(
				upload.piece(offsetBytes, block),
				(answer) => {
					if (this.#isTaken(verb, upload, answer)) goOn();
				},
				isFirst ? { answerMs: this.#eraseWithinMs } : {},
			);
		};
		// Not at once: thousands of blocks that the server has already would be thousands of calls deep.
		if (upload.nextBytes >= endBytes) verb.later(0, goOn);
		else goOn();
	}

	/** The image lies in slot 1 with the hash that the order names. */
	finish(done: ElementDone): void {
		const verb = this.#begin(done);
		const image = this.#upload?.image;
		this.#upload = undefined;
		if (!image) return verb.later(0, () => verb.fail("transfer-failed", "Expected a start before the end"));
		verb.look(({ running, other }) => {
			if (running.hash === image.hash || (other?.hash === image.hash && other.bootable)) verb.succeed();
			else
				verb.fail(
					"wrong-hash",
					`Expected ${this.name} to hold the image with hash ${image.hash}, it holds ${other ? other.hash || "one without a hash" : "none"}`,
				);
		});
	}

	/** Does nothing where the image runs already. */
	install(image: TargetImage, done: ElementDone): void {
		const verb = this.#begin(done);
		verb.look((slots) => {
			const { running, other } = slots;
			if (running.hash === image.hash) return verb.succeed();
			const hash = bytesFromHex(image.hash);
			if (!hash || other?.hash !== image.hash || !other.bootable)
				return verb.fail(
					"no-image",
					`Expected ${this.name} to hold the image with hash ${image.hash}, it holds ${other?.hash ?? "none"}`,
				);
			if (!running.confirmed || other.permanent)
				return verb.fail(
					"refused",
					`Expected ${this.name} to run an image for good and another one for a trial, got ${running.confirmed ? `${other.version} pending for good` : `${running.version} on trial`}`,
				);
			if (running.hash === "")
				return verb.fail(
					"cannot-go-back",
					`Expected ${this.name} to tell the hash of what it runs, it does not`,
				);
			this.#requireWayBack(verb, () => {
				const run = (pending: ProcessorSlots): void => {
					if (pending.other?.hash === image.hash && pending.other.pending && !pending.other.permanent)
						return verb.restart(pending, (after) => this.#judgeTrial(verb, image, slots, after));
					verb.fail(
						"cannot-go-back",
						`Expected ${this.name} to have ${image.version} pending for a trial, it has ${pending.other?.permanent ? "it pending for good" : "not"}`,
					);
				};
				if (other.pending) run(slots);
				else verb.ask(testImage(hash), () => verb.look(run));
			});
		});
	}

	accept(image: TargetImage, done: ElementDone): void {
		const verb = this.#begin(done);
		const hash = bytesFromHex(image.hash);
		verb.look(({ running }) => {
			if (running.hash !== image.hash || !hash)
				return verb.fail(
					"not-accepted",
					`Expected ${this.name} to run ${image.version} (${image.hash}), it runs ${running.version} (${running.hash})`,
				);
			if (running.confirmed) return verb.succeed();
			const readBack = (): void =>
				verb.look((slots) => {
					if (slots.running.hash === image.hash && slots.running.confirmed) verb.succeed();
					else verb.fail("not-accepted", `Expected ${this.name} to keep ${image.version}, it does not`);
				});
			verb.ask(confirmImage(hash), readBack, {
				onRefused: (refusal) =>
					verb.fail(
						"not-accepted",
						`Expected ${this.name} to keep ${image.version}, it answered ${shown(refusal)}`,
					),
			});
		});
	}

	/** A processor that is silent is waited for, because it may be in the middle of a swap. */
	reject(old: ElementImage, done: ElementDone): void {
		const verb = this.#begin(done);
		const hash = bytesFromHex(old.hash);
		let mayErase = true;
		let resets = 0;
		let steps = 0;
		const goBack = (slots: ProcessorSlots): void => {
			const step = nextStepBack(slots, old, mayErase);
			if (step === "none") return verb.succeed();
			const { running, other } = slots;
			if (step === "lost" || !hash)
				return verb.fail(
					"not-rejected",
					`Expected ${this.name} to hold ${old.version} (${old.hash}), it runs ${running.version} (${running.hash}) and holds ${other?.hash ?? "nothing else"}`,
				);
			if (++steps > STEPS_BACK_MAX || (step === "reset" && ++resets > RESETS_MAX))
				return verb.fail(
					"not-rejected",
					`Expected ${this.name} to run ${old.version} for good after ${RESETS_MAX} resets, it runs ${running.version}`,
				);
			const look = (): void => verb.look(goBack);
			if (step === "reset") return verb.restart(slots, goBack);
			if (step === "confirm") return verb.ask(confirmImage(hash), look, { onRefused: look });
			mayErase = false;
			verb.ask(eraseImage(), look, {
				answerMs: this.#eraseWithinMs,
				tries: 1,
				onRefused: look,
				onSilent: look,
			});
		};
		verb.find(goBack);
	}

	/** Erases slot 1, unless what lies there is pending or is what a trial goes back to. */
	clean(done: ElementDone): void {
		const verb = this.#begin(done);
		this.#upload = undefined;
		verb.look(({ running, other }) => {
			if (!other || other.pending || !running.confirmed) return verb.succeed();
			const end = (): void => verb.succeed();
			verb.ask(eraseImage(), end, { answerMs: this.#eraseWithinMs, onRefused: end });
		});
	}

	cancel(): void {
		this.#verb?.cancel();
		this.#verb = undefined;
		this.#upload = undefined;
	}

	/** Ends whatever goes on and releases the port; the next verb opens it again. May be called twice. */
	close(): void {
		this.cancel();
		this.#client.close();
	}

	#beginUpload(verb: SmpVerb, image: TargetImage): void {
		const begin = (bufferBytes: number): void => {
			this.#upload = new SmpUpload({ image, bufferBytes: Math.max(BUFFER_BYTES_MIN, bufferBytes) });
			verb.succeed();
		};
		verb.ask(
			parameters(),
			(answer) => {
				const told = answer.get("buf_size");
				begin(typeof told === "number" ? told : BUFFER_BYTES_UNTOLD);
			},
			{ onRefused: () => begin(BUFFER_BYTES_UNTOLD) },
		);
	}

	/** Takes the answer to a piece; false where the verb has failed by it. */
	#isTaken(verb: SmpVerb, upload: SmpUpload, answer: CborMap): boolean {
		const { image } = upload;
		const next = answer.get("off");
		if (answer.get("match") === false)
			verb.fail("wrong-hash", `Expected ${this.name} to hold SHA-256 ${image.sha256}, it says it does not`);
		else if (typeof next !== "number" || next < 0 || next > image.sizeBytes)
			verb.fail(
				"transfer-failed",
				`Expected ${this.name} to ask for a byte of ${image.sizeBytes}, it asks for ${String(next)}`,
			);
		else {
			upload.advance(next);
			return true;
		}
		return false;
	}

	/** Goes on only where the bootloader would take the old image again after the new one was accepted. */
	#requireWayBack(verb: SmpVerb, then: () => void): void {
		const { assumeSwap = false } = this.#options;
		const untold = (): void => {
			if (assumeSwap) return then();
			verb.fail(
				"cannot-go-back",
				`Expected ${this.name} to tell how its bootloader updates (or \`assumeSwap\`), it does not`,
			);
		};
		verb.ask(
			bootloaderMode(),
			(answer) => {
				const mode = answer.get("mode");
				if (typeof mode !== "number" || mode < 0) return untold();
				const known = BOOTLOADER_MODES[mode];
				const noDowngrade = answer.get("no-downgrade") === true;
				if (known?.goesBack && !noDowngrade) return then();
				verb.fail(
					"cannot-go-back",
					`Expected a bootloader of ${this.name} that swaps and lets an older version run, got ${known?.name ?? `mode ${mode}`}${noDowngrade ? ", no downgrade" : ""}`,
				);
			},
			{ onRefused: untold },
		);
	}

	#judgeTrial(verb: SmpVerb, image: TargetImage, before: ProcessorSlots, after: ProcessorSlots): void {
		const { running, other } = after;
		const old = before.running;
		if (running.hash === image.hash && !running.confirmed && other?.hash === old.hash) verb.succeed();
		else if (running.hash === image.hash && other?.hash !== old.hash)
			verb.fail("cannot-go-back", `Expected ${old.version} in the other slot of ${this.name}, it is gone`);
		else if (running.hash === image.hash)
			verb.fail(
				"trial-failed",
				`Expected ${image.version} to wait until it is accepted, it accepted itself on ${this.name}`,
			);
		else if (running.hash === old.hash)
			verb.fail(
				"trial-failed",
				`Expected ${this.name} to run ${image.version}, it runs ${old.version} again`,
			);
		else
			verb.fail(
				"wrong-version",
				`Expected ${this.name} to run ${image.version} (${image.hash}), it runs ${running.version} (${running.hash})`,
			);
	}

	#begin(done: ElementDone): SmpVerb {
		this.#verb?.cancel();
		const { pullReset } = this.#options;
		this.#verb = new SmpVerb({
			name: this.name,
			client: this.#client,
			clock: this.#clock,
			swapWithinMs: this.#swapWithinMs,
			probeEveryMs: this.#probeEveryMs,
			pullReset,
			done,
		});
		return this.#verb;
	}
}
