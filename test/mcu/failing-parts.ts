import { EmulatedSerial } from "../../hosts/emulator/serial.js";
import type { BootSlots } from "../../modules/io/boot-slots.js";
import type { Digest, NewDigest } from "../../modules/io/digest.js";
import type { ImageFile, ImageStore } from "../../modules/io/image-store.js";
import type { Store } from "../../modules/io/store.js";
import type { Attempt } from "./faults.js";

/** Makes a call into the board, which may be the one that fails. */
export type Call = <T>(name: string, attempt: Attempt) => T;

export function halfOf(bytes: ArrayBuffer | undefined): ArrayBuffer | undefined {
	return bytes?.slice(0, bytes.byteLength >> 1);
}

export function failingStore(name: string, store: Store, call: Call): Store {
	return {
		read: (key) =>
			call(`${name}.read`, { whole: () => store.read(key), half: () => halfOf(store.read(key)) }),
		write: (key, value) =>
			call(`${name}.write`, {
				whole: () => store.write(key, value),
				half: () => store.write(key, halfOf(value) as ArrayBuffer),
			}),
		delete: (key) =>
			call(`${name}.delete`, {
				whole: () => store.delete(key),
				half: () => store.write(key, new ArrayBuffer(0)),
			}),
	};
}

/** A constructor, as a function: what it is made to give takes the port's place. */
export function failingSerial(name: string, call: Call, onFault: (error: unknown) => void): object {
	class FailingSerial extends EmulatedSerial {
		constructor(options: ConstructorParameters<typeof EmulatedSerial>[0]) {
			super({
				...options,
				onReadable: (bytes: number) => {
					try {
						options.onReadable(bytes);
					} catch (error) {
						onFault(error);
					}
				},
			});
		}

		override read(): ArrayBuffer | undefined {
			return call(`${name}.read`, { whole: () => super.read(), half: () => halfOf(super.read()) });
		}

		override write(bytes: ArrayBuffer): void {
			return call(`${name}.write`, {
				whole: () => super.write(bytes),
				half: () => super.write(halfOf(bytes) as ArrayBuffer),
			});
		}

		override close(): void {
			return call(`${name}.close`, { whole: () => super.close(), half: () => super.close() });
		}
	}
	return function open(options: ConstructorParameters<typeof EmulatedSerial>[0]): unknown {
		const make = () => new FailingSerial(options);
		return call(`${name}.open`, { whole: make, half: make });
	};
}

export function failingImages(images: ImageStore, call: Call): ImageStore {
	const failingFile = (file: ImageFile | undefined): ImageFile | undefined =>
		file && {
			get sizeBytes() {
				return call<number>("image.sizeBytes", {
					whole: () => file.sizeBytes,
					half: () => file.sizeBytes >> 1,
				});
			},
			read: (at, bytes) =>
				call("image.read", { whole: () => file.read(at, bytes), half: () => file.read(at, bytes >> 1) }),
			append: (block) =>
				call("image.append", {
					whole: () => file.append(block),
					half: () => file.append(block.subarray(0, block.length >> 1)),
				}),
			truncate: (sizeBytes) =>
				call("image.truncate", { whole: () => file.truncate(sizeBytes), half: () => {} }),
			close: () => call("image.close", { whole: () => file.close(), half: () => {} }),
		};
	const both = (action: () => unknown): Attempt => ({ whole: action, half: action });
	return {
		open: (name) =>
			call("images.open", { whole: () => failingFile(images.open(name)), half: () => undefined }),
		openToAppend: (name) =>
			call(
				"images.openToAppend",
				both(() => failingFile(images.openToAppend(name))),
			),
		delete: (name) => call("images.delete", { whole: () => images.delete(name), half: () => {} }),
		list: () => call("images.list", { whole: () => images.list(), half: () => [] }),
		freeBytes: () => call("images.freeBytes", { whole: () => images.freeBytes(), half: () => 0 }),
	};
}

export function failingDigests(newDigest: NewDigest, call: Call): NewDigest {
	return () => {
		const make = (): Digest => {
			const digest = newDigest();
			return {
				update: (bytes) =>
					call("digest.update", {
						whole: () => digest.update(bytes),
						half: () => digest.update(bytes.subarray(0, bytes.length >> 1)),
					}),
				digest: () =>
					call("digest.digest", {
						whole: () => digest.digest(),
						half: () => digest.digest().subarray(0, 16),
					}),
			};
		};
		return call("digest.open", { whole: make, half: make });
	};
}

export function failingSlots(slots: BootSlots, call: Call): BootSlots {
	/** One write of the flash: half of it is nothing. */
	const act = (name: string, action: () => void): void =>
		call(`slots.${name}`, { whole: action, half: () => {} });
	return {
		canTry: slots.canTry,
		keepsOther: slots.keepsOther,
		capacityBytes: slots.capacityBytes,
		blockBytes: slots.blockBytes,
		state: () =>
			call("slots.state", {
				whole: () => slots.state(),
				half: () => ({ ...slots.state(), other: undefined }),
			}),
		begin: (sizeBytes) => act("begin", () => slots.begin(sizeBytes)),
		write: (bytes) => act("write", () => slots.write(bytes)),
		finish: () => act("finish", () => slots.finish()),
		cancel: () => act("cancel", () => slots.cancel()),
		tryNext: () => act("tryNext", () => slots.tryNext()),
		untry: () => act("untry", () => slots.untry()),
		confirm: () => act("confirm", () => slots.confirm()),
		rollBack: () => act("rollBack", () => slots.rollBack()),
	};
}
