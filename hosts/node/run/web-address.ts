import type { HttpOptions } from "../../../modules/io/http-client.js";
import { NodeHttpClient } from "../http-client.js";
import { UsageError } from "../usage-error.js";

/** Something on a web server. */
export interface WebAddress {
	http: HttpOptions;
	/** With its query. */
	path: string;
}

/** Throws UsageError. */
export function webAddress(option: string, text: string): WebAddress {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !(url.protocol === "http:" || url.protocol === "https:") || url.username || url.hash)
		throw new UsageError(
			`Expected \`${option}\` to be an address such as https://updates.example/product/, without a user or a fragment, got ${JSON.stringify(text)}`,
		);
	const port = url.port === "" ? undefined : Number(url.port);
	// A literal IPv6 address stands in brackets in an address, and without them everywhere else.
	const host = url.hostname.replace(/^\[|\]$/g, "");
	const secure = url.protocol === "https:" ? {} : undefined;
	return { http: { io: NodeHttpClient, host, port, secure }, path: url.pathname + url.search };
}

/** A folder, whose files' names are put behind it. Throws UsageError. */
export function webFolder(option: string, text: string): WebAddress {
	const address = webAddress(option, text);
	if (!address.path.endsWith("/"))
		throw new UsageError(
			`Expected \`${option}\` to end in "/", for it is a folder, got ${JSON.stringify(text)}`,
		);
	return address;
}
