import type { Clock } from "../io/clock.js";
import type { Digest, NewDigest } from "../io/digest.js";
import type { ImageFile, ImageStore } from "../io/image-store.js";
import type { Store } from "../io/store.js";
import { hexFromBytes } from "../storage/bytes.js";
import { FetchError, type FetchReason } from "./fetch-error.js";
import { FetchRecord, type FetchState } from "./fetch-record.js";
import { isFileName } from "./file-name.js";
import type { ImageSource, ImageSourceError } from "./image-source.js";
import { newSha256 } from "./sha256.js";

/** One append to the store, and one read of it. */
export const FETCH_BLOCK_BYTES = 4096;
/** How often a whole file of one order may turn out to be another one before the order is given up. */
export const FETCH_TRIES_MAX = 3;
/** How often a call of `fetch` begins anew because the source's file was another one when it went on. */
export const FETCH_RESTARTS_MAX = 3;
/** The bits of a mask: an order has no more elements. */
export const FETCH_FILES_MAX = 32;

/** A file that an order names. */
export interface WantedFile {
	name: string;
	sizeBytes: number;
	/** Hex, lower case. */
	sha256: string;
}

/** The files of one order. No two have the same name. */
export interface WantedFiles {
	/** The order's digest, 64 hex digits. */
	order: string;
	/** At most FETCH_FILES_MAX, always in the same sequence for one order. */
	files: readonly WantedFile[];
}

/** A source that may know a tag of what it reads, see HttpSource. */
export interface TaggedSource extends ImageSource {
	readonly tag?: string | undefined;
}

export interface FetcherOptions {
	/** Where the files go. The fetcher is its only writer: what it does not know of is deleted. */
	images: ImageStore;
	/** Where the record of whose the files are goes. */
	store: Store;
	clock: Clock;
	/** Opens the file where it comes from. `tag` is what its first bytes had, where there are some and it is known. */
	openSource(file: WantedFile, tag: string | undefined): TaggedSource;
	newDigest?: NewDigest | undefined;
	/** 0 to 100, of all bytes of the order. */
	onProgress?: ((percent: number) => void) | undefined;
}

/** What a call of `fetch` needs while it goes on. */
interface Work extends WantedFiles {
	state: FetchState;
	restarts: number;
	done(error: FetchError | undefined): void;
}

/**
 * Copies the files of one order into the product's storage, one after the other. What a power cut or a broken line left
 * is gone on with, by the same order only: another order begins with an empty store. A file counts as there when all of
 * it was read back and hashed.
 *
 * The last block of what a power cut left is fetched again, for the cut may have garbled it.
 */
export class Fetcher {
	readonly #options: FetcherOptions;
	readonly #record: FetchRecord;
	readonly #newDigest: NewDigest;
	#work: Work | undefined;
	#source: TaggedSource | undefined;
	#file: ImageFile | undefined;
	#timer: unknown;
	#percent: number | undefined;

	constructor(options: FetcherOptions) {
		this.#options = options;
		this.#record = new FetchRecord({ store: options.store });
		this.#newDigest = options.newDigest ?? newSha256;
	}

	/** Ends with all files whole and verified, or an error. A fetch that goes on is given up for the new one. */
	fetch({ order, files }: WantedFiles, done: (error: FetchError | undefined) => void): void {
		this.cancel();
		const state = { order, tries: 0, wholeMask: 0, current: 0, tag: "" };
		this.#work = { order, files, state, restarts: 0, done };
		this.#soon(() => this.#begin());
	}

	/** Ends whatever goes on; `done` is not called any more. What is there stays, to be gone on with. */
	cancel(): void {
		this.#work = undefined;
		this.#options.clock.clearTimeout(this.#timer);
		this.#release();
	}

	#begin(): void {
		const work = this.#work as Work;
		const { files, order } = work;
		const names = files.map(({ name }) => name);
		const isDistinct = names.every((name, index) => names.indexOf(name) === index);
		if (files.length > FETCH_FILES_MAX || !isDistinct || !names.every(isFileName))
			return this.#fail(
				"bad-name",
				`at most ${FETCH_FILES_MAX} different names of files, got ${names.join(", ")}`,
			);
		const state = this.#record.read();
		if (state?.order === order) work.state = state;
		else {
			// The files go first: a record of this order may never stand beside bytes of another one.
			for (const name of this.#options.images.list()) this.#options.images.delete(name);
			this.#record.write(work.state);
		}
		if (work.state.tries >= FETCH_TRIES_MAX) return this.#giveUp();
		this.#next();
	}

	/** Goes on with the first file that is not there yet. */
	#next(): void {
		const { files, state, done } = this.#work as Work;
		const { images } = this.#options;
		const index = files.findIndex(
			({ name, sizeBytes }, at) => !(hasBit(state.wholeMask, at) && sizeOf(images, name) === sizeBytes),
		);
		if (index < 0) {
			this.#tell(0);
			this.cancel();
			return done(undefined);
		}
		const wanted = files[index] as WantedFile;
		// A file that the record does not name is nobody's.
		if (state.current !== index || hasBit(state.wholeMask, index)) {
			images.delete(wanted.name);
			this.#note({ current: index, tag: "", wholeMask: withoutBit(state.wholeMask, index) });
		}
		this.#resume(wanted);
	}

	#resume(wanted: WantedFile): void {
		const file = this.#options.images.openToAppend(wanted.name);
		this.#file = file;
		if (file.sizeBytes > wanted.sizeBytes) file.truncate(0);
		// All of it may be there, and only its verification be missing; where it fails, the last block may have been torn.
		if (file.sizeBytes === wanted.sizeBytes)
			return this.#verify(wanted, (isRight) => (isRight ? this.#finish() : this.#copyFrom(wanted, file)));
		this.#copyFrom(wanted, file);
	}

	/** Drops the last block, whole or torn, and reads on from there. */
	#copyFrom(wanted: WantedFile, file: ImageFile): void {
		const { images, openSource } = this.#options;
		const { state } = this.#work as Work;
		const keptBytes = Math.max(0, Math.ceil(file.sizeBytes / FETCH_BLOCK_BYTES) - 1) * FETCH_BLOCK_BYTES;
		if (file.sizeBytes > keptBytes) file.truncate(keptBytes);
		const freeBytes = images.freeBytes();
		if (freeBytes !== undefined && freeBytes < wanted.sizeBytes - keptBytes)
			return this.#fail(
				"no-space",
				`room for ${wanted.sizeBytes - keptBytes} bytes of ${wanted.name}, got ${freeBytes}`,
			);
		this.#source = openSource(wanted, keptBytes > 0 && state.tag !== "" ? state.tag : undefined);
		this.#copy(wanted, file, this.#source);
	}

	#copy(wanted: WantedFile, file: ImageFile, source: TaggedSource): void {
		this.#tell(file.sizeBytes);
		const offset = file.sizeBytes;
		if (offset === wanted.sizeBytes) {
			this.#closeSource();
			return this.#verify(wanted, (isRight) => (isRight ? this.#finish() : this.#refuse(wanted)));
		}
		source.read(offset, FETCH_BLOCK_BYTES, (error, block) => {
			if (this.#source !== source) return;
			this.#guarded(() => {
				if (error?.reason === "changed" && offset > 0) return this.#startAgain(wanted, error);
				if (error) return this.#fail(error.reason, undefined, error.message);
				if (!block || block.length !== Math.min(FETCH_BLOCK_BYTES, wanted.sizeBytes - offset))
					return this.#fail(
						"wrong-size",
						`${wanted.sizeBytes} bytes of ${wanted.name}, got ${offset + (block?.length ?? 0)}`,
					);
				const tag = source.tag ?? "";
				// Before the bytes, so that they are never taken for another file's.
				if ((this.#work as Work).state.tag !== tag) this.#note({ tag });
				file.append(block);
				// By a timer, for a source that is always ready must not keep everyone else waiting.
				this.#soon(() => this.#copy(wanted, file, source));
			});
		});
	}

	/** Reads all of the file back, a block at a time. */
	#verify(wanted: WantedFile, done: (isRight: boolean) => void): void {
		const file = this.#file as ImageFile;
		const digest: Digest = this.#newDigest();
		let offset = 0;
		const step = (): void => {
			const block = file.read(offset, FETCH_BLOCK_BYTES);
			digest.update(block);
			offset += block.length;
			if (block.length > 0 && offset < wanted.sizeBytes) return this.#soon(step);
			done(offset === wanted.sizeBytes && hexFromBytes(digest.digest()) === wanted.sha256);
		};
		this.#soon(step);
	}

	#finish(): void {
		const { state } = this.#work as Work;
		this.#release();
		this.#note({ wholeMask: withBit(state.wholeMask, state.current), tag: "" });
		this.#soon(() => this.#next());
	}

	/** Whole, and another file than the order's. */
	#refuse(wanted: WantedFile): void {
		const { state } = this.#work as Work;
		this.#release();
		// The count comes first: a power cut may cost a try, and never give one.
		this.#note({ tries: state.tries + 1 });
		this.#options.images.delete(wanted.name);
		if (state.tries + 1 >= FETCH_TRIES_MAX) return this.#giveUp();
		this.#soon(() => this.#next());
	}

	/** The source's file is another one by now: what is there of the old one is worth nothing. */
	#startAgain(wanted: WantedFile, error: ImageSourceError): void {
		const work = this.#work as Work;
		this.#release();
		this.#options.images.delete(wanted.name);
		if (++work.restarts > FETCH_RESTARTS_MAX) return this.#fail(error.reason, undefined, error.message);
		this.#soon(() => this.#next());
	}

	#giveUp(): void {
		this.#fail(
			"wrong-hash",
			`the bytes that the order names within ${FETCH_TRIES_MAX} tries, got others each time`,
		);
	}

	#note(change: Partial<FetchState>): void {
		const work = this.#work as Work;
		work.state = { ...work.state, ...change };
		this.#record.write(work.state);
	}

	/** `currentBytes` are there of the file that is being fetched. */
	#tell(currentBytes: number): void {
		const { files, state } = this.#work as Work;
		let [all, there] = [0, 0];
		files.forEach(({ sizeBytes }, index) => {
			all += sizeBytes;
			if (hasBit(state.wholeMask, index)) there += sizeBytes;
			else if (index === state.current) there += currentBytes;
		});
		const percent = all === 0 ? 100 : Math.floor((100 * there) / all);
		if (percent === this.#percent) return;
		this.#percent = percent;
		this.#options.onProgress?.(percent);
	}

	#fail(reason: FetchReason, expected: string | undefined, message = `Expected ${expected}`): void {
		const work = this.#work;
		this.cancel();
		work?.done(new FetchError(reason, message));
	}

	#soon(callback: () => void): void {
		this.#timer = this.#options.clock.setTimeout(() => this.#guarded(callback), 0);
	}

	/** Whatever a medium throws ends the fetch. */
	#guarded(callback: () => void): void {
		try {
			callback();
		} catch (error) {
			this.#fail("not-stored", `a medium that takes the files: ${(error as Error).message}`);
		}
	}

	#release(): void {
		this.#closeSource();
		this.#file?.close();
		this.#file = undefined;
	}

	#closeSource(): void {
		this.#source?.close();
		this.#source = undefined;
	}
}

function sizeOf(images: ImageStore, name: string): number | undefined {
	const file = images.open(name);
	if (!file) return undefined;
	const { sizeBytes } = file;
	file.close();
	return sizeBytes;
}

function hasBit(mask: number, bit: number): boolean {
	return Math.floor(mask / 2 ** bit) % 2 === 1;
}

/** Not by shifting: bit 31 would make the number negative. */
function withBit(mask: number, bit: number): number {
	return hasBit(mask, bit) ? mask : mask + 2 ** bit;
}

function withoutBit(mask: number, bit: number): number {
	return hasBit(mask, bit) ? mask - 2 ** bit : mask;
}
