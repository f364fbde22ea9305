import { CborWriter, headBytes } from "./cbor-writer.js";
import { COMMANDS, HEADER_BYTES, OPERATIONS } from "./packet.js";

/** What a client sends; the client writes the header, for which the packet has its first bytes free. */
export interface SmpRequest {
	operation: number;
	group: number;
	id: number;
	packet: Uint8Array<ArrayBuffer>;
}

/** SHA-256, of an image or of a file. */
const HASH_BYTES = 32;
const TEXT_BYTES_MAX = 64;

/**
 * Each builds one request. The keys of a map come in the canonical order of RFC 7049, section 3.9: a shorter key first,
 * then by its bytes. Fields that a server takes the default of are sent where the clients of others send them.
 */
export function listImages(): SmpRequest {
	return request(OPERATIONS.read, COMMANDS.images, begin(1).map(0));
}

/** The image with this hash runs after the next reset, and until the one after it. */
export function testImage(hash: Uint8Array): SmpRequest {
	return request(OPERATIONS.write, COMMANDS.images, begin(TEXT_BYTES_MAX).map(1).text("hash").bytes(hash));
}

/** The image with this hash stays where it runs; where it does not, it runs for good from the next reset on. */
export function confirmImage(hash: Uint8Array): SmpRequest {
	const writer = begin(TEXT_BYTES_MAX).map(2).text("hash").bytes(hash).text("confirm").boolean(true);
	return request(OPERATIONS.write, COMMANDS.images, writer);
}

/**
 * One piece of an upload. The first one says how long the whole is and its SHA-256, by which a server finds an upload
 * again that was broken off.
 */
export function uploadPiece({
	offsetBytes,
	data,
	sizeBytes,
	sha256,
}: {
	offsetBytes: number;
	data: Uint8Array;
	sizeBytes: number;
	sha256: Uint8Array;
}): SmpRequest {
	const writer = begin(data.length + uploadOverheadBytes(offsetBytes, data.length));
	if (offsetBytes > 0) writer.map(2).text("off").unsigned(offsetBytes).text("data").bytes(data);
	else
		writer
			.map(6)
			.text("len")
			.unsigned(sizeBytes)
			.text("off")
			.unsigned(0)
			.text("sha")
			.bytes(sha256)
			.text("data")
			.bytes(data)
			.text("image")
			.unsigned(0)
			.text("upgrade")
			.boolean(false);
	return request(OPERATIONS.write, COMMANDS.upload, writer);
}

/** How many bytes a piece of an upload takes besides its header and its data, at most. */
export function uploadOverheadBytes(offsetBytes: number, dataBytes: number): number {
	const body = 1 + 4 + headBytes(offsetBytes) + 5 + headBytes(dataBytes);
	return offsetBytes > 0 ? body : body + (4 + 5) + (4 + 2 + HASH_BYTES) + (6 + 1) + (8 + 1);
}

/** Slot 1. */
export function eraseImage(): SmpRequest {
	return request(OPERATIONS.write, COMMANDS.erase, begin(1).map(0));
}

export function reset(): SmpRequest {
	return request(OPERATIONS.write, COMMANDS.reset, begin(1).map(0));
}

export function parameters(): SmpRequest {
	return request(OPERATIONS.read, COMMANDS.parameters, begin(1).map(0));
}

/** Asks in which mode MCUboot runs. */
export function bootloaderMode(): SmpRequest {
	return request(
		OPERATIONS.read,
		COMMANDS.bootloader,
		begin(TEXT_BYTES_MAX).map(1).text("query").text("mode"),
	);
}

/** `text` is ASCII of at most 48 characters. */
export function echo(text: string): SmpRequest {
	return request(OPERATIONS.write, COMMANDS.echo, begin(TEXT_BYTES_MAX).map(1).text("d").text(text));
}

function begin(bodyBytesMax: number): CborWriter {
	return new CborWriter({ capacityBytes: HEADER_BYTES + bodyBytesMax, startBytes: HEADER_BYTES });
}

function request(
	operation: number,
	{ group, id }: { readonly group: number; readonly id: number },
	writer: CborWriter,
): SmpRequest {
	return { operation, group, id, packet: writer.written };
}
