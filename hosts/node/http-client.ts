import http from "node:http";
import https from "node:https";
import type {
	HttpClient,
	HttpClientOptions,
	HttpRequest,
	HttpRequestOptions,
} from "../../modules/io/http-client.js";

/** The longest head of an answer that is read. */
const HEAD_BYTES_MAX = 16_384;

export interface NodeHttpClientOptions extends HttpClientOptions {
	/** TLS: certificates of authorities to trust instead of the system's, in PEM; undefined speaks plain HTTP. */
	secure?: { ca?: string } | undefined;
}

/** Node's own HTTP as an ECMA-419 HTTP client. Each request has a connection of its own, and follows nowhere. */
export class NodeHttpClient implements HttpClient {
	readonly #options: NodeHttpClientOptions;
	readonly #requests = new Set<http.ClientRequest>();

	constructor(options: NodeHttpClientOptions) {
		this.#options = options;
	}

	request({ path, headers, headersMask, ...callbacks }: HttpRequestOptions): HttpRequest {
		const { host, port, secure } = this.#options;
		const common: http.RequestOptions = {
			host,
			path,
			headers: Object.fromEntries(headers),
			agent: false,
			maxHeaderSize: HEAD_BYTES_MAX,
			...(port === undefined ? {} : { port }),
		};
		const request = secure ? https.request({ ...common, ...secure }) : http.request(common);
		let response: http.IncomingMessage | undefined;
		let next: NodeJS.Immediate | undefined;
		const done = (error?: Error): void => {
			if (!this.#requests.delete(request)) return;
			clearImmediate(next);
			callbacks.onDone(error);
			request.destroy();
		};
		const tell = (): void => {
			if (!response || !this.#requests.has(request)) return;
			if (response.readableLength > 0) callbacks.onReadable(response.readableLength);
			// At the end a stream says so only to someone who asks for more.
			else response.read(0);
		};
		this.#requests.add(request);
		request.on("error", done);
		request.on("response", (answer) => {
			answer.on("error", done);
			if (!this.#requests.has(request)) return;
			response = answer;
			callbacks.onHeaders(answer.statusCode ?? 0, kept(answer.headers, headersMask));
			answer.on("readable", tell);
			answer.on("end", () => done(answer.complete ? undefined : new Error("the body broke off")));
			answer.on("close", () => done(new Error("the connection was closed")));
		});
		request.end();
		return {
			read: (bytes) => {
				const block: Uint8Array | null | undefined = response?.read(Math.min(bytes, response.readableLength));
				// The stream tells of new bytes only when all of the old ones are gone.
				clearImmediate(next);
				next = setImmediate(tell);
				return block ? new Uint8Array(block).buffer : undefined;
			},
		};
	}

	close(): void {
		const requests = [...this.#requests];
		this.#requests.clear();
		for (const request of requests) request.destroy();
	}
}

function kept(headers: http.IncomingHttpHeaders, mask: readonly string[]): Map<string, string> {
	const map = new Map<string, string>();
	for (const name of mask) {
		const value = headers[name];
		if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
	}
	return map;
}
