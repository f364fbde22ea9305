import { HTTP_BEHAVIOUR, type HttpBehaviour } from "./http-behaviour.js";

/** A file that a server has. */
export interface ServedFile {
	bytes: Uint8Array;
	etag?: string | undefined;
	lastModified?: string | undefined;
}

/** An answer as it goes on the wire. */
export interface ServedAnswer {
	status: number;
	headers: Map<string, string>;
	body: Uint8Array;
	/** After so many bytes of the body the connection breaks; undefined does not break. */
	cutAtBytes: number | undefined;
}

/** A web server for static files (RFC 9110), with the faults of HttpBehaviour. */
export class EmulatedHttpServer {
	/** By path. */
	readonly files = new Map<string, ServedFile>();
	readonly behaviour: HttpBehaviour;
	/** Every request, a line each: path, then the conditional and range headers that it had. */
	readonly requests: string[] = [];

	constructor(behaviour: Partial<HttpBehaviour> = {}) {
		this.behaviour = { ...HTTP_BEHAVIOUR, statuses: [], cuts: [], ...behaviour };
	}

	/** Undefined: it says nothing. */
	answer(path: string, headers: ReadonlyMap<string, string>): ServedAnswer | undefined {
		const shown = ["range", "if-range", "if-none-match"]
			.filter((name) => headers.has(name))
			.map((name) => `${name}: ${headers.get(name)}`);
		this.requests.push([path, ...shown].join(" "));
		if (this.behaviour.isSilent) return undefined;
		const status = this.behaviour.statuses.shift();
		if (status !== undefined) return this.#bare(status);
		const file = this.files.get(path);
		if (!file) return this.#bare(404);
		if (file.etag !== undefined && headers.get("if-none-match") === file.etag) return this.#bare(304);
		return this.#fileAnswer(file, headers);
	}

	#bare(status: number): ServedAnswer {
		const headers = new Map([["content-length", "0"], ...Object.entries(this.behaviour.headers)]);
		return { status, headers, body: new Uint8Array(0), cutAtBytes: undefined };
	}

	#fileAnswer(file: ServedFile, asked: ReadonlyMap<string, string>): ServedAnswer {
		const { ranges, framing, lengthErrorBytes, extraBytes, partBytesMax, cuts } = this.behaviour;
		const total = file.bytes.length;
		const headers = new Map<string, string>();
		if (file.etag !== undefined) headers.set("etag", file.etag);
		if (file.lastModified !== undefined) headers.set("last-modified", file.lastModified);
		const wanted = asked.get("range");
		const isSame = (asked.get("if-range") ?? file.etag) === file.etag;
		let first = 0;
		let end = total;
		let status = 200;
		if (wanted !== undefined && ranges !== "ignore" && isSame) {
			first = Number(wanted.slice("bytes=".length, -1));
			if (!(first < total)) return this.#bare(416);
			if (ranges === "shift") first = Math.max(0, first - 1);
			end = Math.min(total, first + partBytesMax);
			status = 206;
			headers.set("content-range", `bytes ${first}-${end - 1}/${total}`);
		}
		const body = new Uint8Array(end - first + extraBytes);
		body.set(file.bytes.subarray(first, end));
		if (framing === "length") headers.set("content-length", `${body.length + lengthErrorBytes}`);
		for (const [name, value] of Object.entries(this.behaviour.headers)) headers.set(name, value);
		return { status, headers, body, cutAtBytes: cuts.shift() };
	}
}
