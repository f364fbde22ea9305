import type { Digest, NewDigest } from "update-window/io/digest";
import type { ImageFile, ImageStore } from "update-window/io/image-store";
import { type Call, isDone, isNumber } from "update-window/mcu/checked-call";

const SHA256_BYTES = 32;

export function checkedImages(images: ImageStore, call: Call): ImageStore {
	return {
		open: (name) => {
			const file = call("images.open", () => images.open(name), isFileOrNone);
			return file && checkedFile(file, call);
		},
		openToAppend: (name) =>
			checkedFile(
				call("images.openToAppend", () => images.openToAppend(name), isFile),
				call,
			),
		delete: (name) => call("images.delete", () => images.delete(name), isDone),
		list: () => call("images.list", () => images.list(), isNames),
		freeBytes: () =>
			call(
				"images.freeBytes",
				() => images.freeBytes(),
				(value) => value === undefined || isNumber(value),
			),
	};
}

function checkedFile(file: ImageFile, call: Call): ImageFile {
	return {
		get sizeBytes() {
			return call("image.sizeBytes", () => file.sizeBytes, isNumber);
		},
		read: (offsetBytes, bytes) => call("image.read", () => file.read(offsetBytes, bytes), isBlock),
		append: (block) => call("image.append", () => file.append(block), isDone),
		truncate: (sizeBytes) => call("image.truncate", () => file.truncate(sizeBytes), isDone),
		close: () => call("image.close", () => file.close(), isDone),
	};
}

export function checkedDigests(newDigest: NewDigest, call: Call): NewDigest {
	return () => {
		const digest = call("newDigest", () => newDigest(), isDigest);
		return {
			update: (bytes) => call("digest.update", () => digest.update(bytes), isDone),
			digest: () =>
				call(
					"digest.digest",
					() => digest.digest(),
					(value) => isBlock(value) && (value as Uint8Array).length === SHA256_BYTES,
				),
		};
	};
}

function isFileOrNone(value: unknown): boolean {
	return value === undefined || isFile(value);
}

function isFile(value: unknown): boolean {
	return typeof (value as ImageFile | null | undefined)?.read === "function";
}

function isDigest(value: unknown): boolean {
	return typeof (value as Digest | null | undefined)?.update === "function";
}

function isBlock(value: unknown): boolean {
	return value instanceof Uint8Array;
}

function isNames(value: unknown): boolean {
	return Array.isArray(value) && value.every((name) => typeof name === "string");
}
