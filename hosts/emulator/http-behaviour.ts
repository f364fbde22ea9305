/** How an emulated web server treats those who ask. Every deviation from what is right is said here. */
export interface HttpBehaviour {
	/** `ignore`: a range is answered with the whole; `shift`: with a part that begins a byte too early. */
	ranges: "honour" | "ignore" | "shift";
	/** `length`: Content-Length; `close`: the connection's end is the body's. */
	framing: "length" | "close";
	/** Added to the Content-Length. */
	lengthErrorBytes: number;
	/** Bytes that follow the image. */
	extraBytes: number;
	/** A part ends after so many bytes, as a server may have it. */
	partBytesMax: number;
	/** Answered before anything else, one a request. */
	statuses: number[];
	/** After so many bytes of a body the connection breaks, one a request; undefined does not break. */
	cuts: (number | undefined)[];
	/** It takes requests and says nothing. */
	isSilent: boolean;
	/** Until the head of an answer. */
	latencyMs: number;
	bytesPerSecond: number;
	/** Headers beside the ones that belong there, or instead of them. */
	headers: Readonly<Record<string, string>>;
	/** A client that cannot tell a body's end from a broken connection, as the SDK's where nothing says the length. */
	closeIsError: boolean;
}

export const HTTP_BEHAVIOUR: Readonly<Omit<HttpBehaviour, "statuses" | "cuts">> = Object.freeze({
	ranges: "honour",
	framing: "length",
	lengthErrorBytes: 0,
	extraBytes: 0,
	partBytesMax: Number.MAX_SAFE_INTEGER,
	isSilent: false,
	latencyMs: 50,
	bytesPerSecond: 100_000,
	headers: Object.freeze({}),
	closeIsError: false,
});
