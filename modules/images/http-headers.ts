import type { ImageReason } from "./image-source.js";

/** The headers of an answer that mean something here; a client need not keep any other. */
export const ANSWER_HEADERS = Object.freeze([
	"content-length",
	"content-range",
	"content-encoding",
	"transfer-encoding",
	"etag",
	"last-modified",
] as const);

/** A longer text that is to tell one version of a file from another is taken for none. */
export const TAG_CHARACTERS_MAX = 128;

/** What a status other than 200 and 206 means; one that is missing here is `http-status`. `again`: it may pass. */
export const STATUS_REASONS: Readonly<Record<number, ImageReason | "again">> = Object.freeze({
	301: "redirected",
	302: "redirected",
	303: "redirected",
	307: "redirected",
	308: "redirected",
	404: "no-image",
	408: "again",
	410: "no-image",
	416: "wrong-size",
	425: "again",
	429: "again",
	500: "again",
	502: "again",
	503: "again",
	504: "again",
});

/** A Content-Range (RFC 9110, section 14.4); `total` is undefined for "*". */
export interface ContentRange {
	first: number;
	last: number;
	total: number | undefined;
}

/** Undefined for a text that is no satisfied range of bytes. */
export function parseContentRange(text: string): ContentRange | undefined {
	const match = /^bytes (\d{1,10})-(\d{1,10})\/(\d{1,10}|\*)$/i.exec(text);
	if (!match) return undefined;
	const [first, last] = [Number(match[1]), Number(match[2])];
	const total = match[3] === "*" ? undefined : Number(match[3]);
	if (last < first || (total !== undefined && last >= total)) return undefined;
	return { first, last, total };
}

/** Undefined for a text that is no length of a body. */
export function parseContentLength(text: string): number | undefined {
	return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/**
 * What tells this version of a file from another: its ETag, or when it was modified last. Undefined where the server says
 * neither, or something too long.
 */
export function tagOf(headers: ReadonlyMap<string, string>): string | undefined {
	const tag = headers.get("etag") ?? headers.get("last-modified") ?? "";
	return tag.length <= TAG_CHARACTERS_MAX && /^[\x20-\x7e]+$/.test(tag) ? tag : undefined;
}

/** True for an ETag that may stand in If-Range: not a weak one, and no date (RFC 9110, section 13.1.5). */
export function isStrong(tag: string): boolean {
	return tag.startsWith('"');
}
