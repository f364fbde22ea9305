import { createHash } from "node:crypto";
import { basename } from "node:path";
import { imageVersion } from "../../../modules/images/image-header.js";
import { IMAGE_BYTES_MAX, type ImageElement } from "../../../modules/order/order-elements.js";
import { readInput } from "../files.js";
import { McubootImageError, readMcubootImage } from "../image-files/mcuboot-image.js";
import { InputError } from "../input-error.js";
import { bootableImage } from "../self-slots-image.js";

/** What an order says of a file. */
export interface FileFacts {
	/** The file's own name, without its folder: so the product has to find it. */
	image: string;
	sizeBytes: number;
	sha256: string;
}

/** What an order says of an image that an element runs. */
export interface ImageFacts extends FileFacts {
	/** As the image's own header says. */
	version: string;
	/** By which the element itself knows the image. */
	hash: string;
}

/** Throws InputError. */
export function readFileFacts(path: string): FileFacts {
	return fileFacts(path, readInput(path, "an image", IMAGE_BYTES_MAX));
}

/** Throws InputError where the file is no whole image of a kind that such an element runs. */
export function readImageFacts(path: string, kind: ImageElement["kind"]): ImageFacts {
	const bytes = readInput(path, "an image", IMAGE_BYTES_MAX);
	const isMcuboot = kind === "smp" || imageVersion(bytes)?.kind === "mcuboot";
	const { version, hash } = isMcuboot ? mcubootFacts(path, bytes) : espIdfFacts(path, bytes);
	return { ...fileFacts(path, bytes), version, hash };
}

function fileFacts(path: string, bytes: Uint8Array): FileFacts {
	const sha256 = createHash("sha256").update(bytes).digest("hex");
	return { image: basename(path), sizeBytes: bytes.length, sha256 };
}

function mcubootFacts(path: string, bytes: Uint8Array): { version: string; hash: string } {
	try {
		return readMcubootImage(bytes);
	} catch (error) {
		if (error instanceof McubootImageError) throw new InputError(`${path} is refused. ${error.message}`);
		throw error;
	}
}

function espIdfFacts(path: string, bytes: Uint8Array): { version: string; hash: string } {
	const image = bootableImage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
	if (image) return image;
	throw new InputError(
		`${path} is refused. Expected a whole image of MCUboot or ESP-IDF, with a version in its header and the hash of its own bytes`,
	);
}
