import type { HttpBehaviour } from "../../hosts/emulator/http-behaviour.js";
import { EmulatedHttpClient } from "../../hosts/emulator/http-client.js";
import { EmulatedHttpServer } from "../../hosts/emulator/http-server.js";
import { VirtualClock } from "../../hosts/emulator/virtual-clock.js";
import type { ImageSource, ImageSourceError } from "../../modules/images/image-source.js";
import { newSha256 } from "../../modules/images/sha256.js";
import type { HttpOptions } from "../../modules/io/http-client.js";
import { hexFromBytes } from "../../modules/storage/bytes.js";

/** Bytes that look random and are the same in every run. */
export function imageOf(sizeBytes: number, seed = 1): Uint8Array {
	const bytes = new Uint8Array(sizeBytes);
	let state = seed >>> 0 || 1;
	for (let i = 0; i < sizeBytes; i++) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		bytes[i] = state >>> 24;
	}
	return bytes;
}

export function sha256Of(bytes: Uint8Array): string {
	const digest = newSha256();
	digest.update(bytes);
	return hexFromBytes(digest.digest());
}

/** A web server in virtual time that has one file, `/image`. */
export class WebBench {
	readonly world = new VirtualClock();
	readonly server: EmulatedHttpServer;
	readonly http: HttpOptions;

	constructor(image: Uint8Array, behaviour: Partial<HttpBehaviour> = {}, etag: string | undefined = '"1"') {
		this.server = new EmulatedHttpServer(behaviour);
		this.server.files.set("/image", { bytes: image, etag });
		this.http = { io: EmulatedHttpClient, clock: this.world, server: this.server, host: "images.test" };
	}
}

export interface Got {
	bytes: Uint8Array;
	error: ImageSourceError | undefined;
	ended: boolean;
}

/** Reads all of a source, block by block; what came is in what is returned, as time goes on. */
export function readAll(source: ImageSource, sizeBytes: number, blockBytes: number, fromBytes = 0): Got {
	const got: Got = { bytes: new Uint8Array(0), error: undefined, ended: false };
	const parts: Uint8Array[] = [];
	const end = (error: ImageSourceError | undefined): void => {
		source.close();
		got.error = error;
		got.ended = true;
		got.bytes = joined(parts);
	};
	const step = (offset: number): void => {
		source.read(offset, blockBytes, (error, block) => {
			if (error || !block) return end(error);
			parts.push(block);
			const next = offset + block.length;
			if (next >= sizeBytes || block.length === 0) end(undefined);
			else step(next);
		});
	};
	step(fromBytes);
	return got;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		bytes.set(part, offset);
		offset += part.length;
	}
	return bytes;
}
