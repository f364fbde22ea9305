import type {
	BoardOptions,
	HttpClient,
	HttpClientOptions,
	HttpRequest,
	HttpRequestOptions,
} from "../../../modules/io/http-client.js";
import { GuardedSocket, type SdkSocketOptions, type SocketGuard } from "./guarded-socket.js";

/** The longest head of an answer, or line before a chunk, that the product takes. */
export const HEAD_BYTES_MAX = 8192;

/** Whatever a board gives for name servers: the SDK's `{ io: Resolver, servers, socket: { io: UDP } }`. */
export interface SdkResolverOptions {
	io: new (options: BoardOptions) => object;
	[option: string]: unknown;
}

export interface GuardedHttpClientOptions extends HttpClientOptions {
	/** The SDK's HTTPClient, `embedded:network/http/client`. */
	HTTPClient: new (
		options: BoardOptions,
	) => HttpClient;
	dns: SdkResolverOptions;
	/** `{ io: TCP }`, or `{ io: TLSSocket, TCP: { io: TCP }, secure: { ... } }`. */
	socket: SdkSocketOptions;
}

/** A head or a line that does not end. */
export class HeadTooLongError extends Error {
	override name = "HeadTooLongError";
}

/** A body whose length the server does not tell beforehand. */
export class ChunkedBodyError extends Error {
	override name = "ChunkedBodyError";
}

/**
 * The SDK's HTTP client with what it lacks towards a server that nobody has to trust (Moddable SDK 8.2.3,
 * examples/io/tcp/httpclient/httpclient.js): it keeps a head of any length in memory; it throws out of the socket's callback,
 * where nobody catches it, on bytes that follow a body; it opens its socket although it was closed while the name was being
 * resolved; and on a trailer after a chunked body it throws out of a timer of its own, which ends the product. Chunked
 * bodies are therefore refused: an image's server knows its length.
 */
export class GuardedHttpClient implements HttpClient {
	readonly #onError: HttpClientOptions["onError"];
	readonly #client: HttpClient;
	#isOpen = true;
	#headBytes = 0;
	/** What the product's own callback threw: that is no fault of the server. */
	#thrown: { error: unknown } | undefined;

	constructor({ HTTPClient, dns, socket, host, port, onError }: GuardedHttpClientOptions) {
		this.#onError = onError;
		const guard: SocketGuard = {
			real: socket,
			checkOpen: () => {
				if (!this.#isOpen) throw new Error("Expected an open client, got a closed one");
			},
			run: (callback) => this.#run(callback),
			countByte: () => this.#countByte(),
			countBody: () => {
				this.#headBytes = 0;
			},
		};
		this.#client = new HTTPClient({
			host,
			port: port ?? (socket.secure === undefined ? 80 : 443),
			dns,
			socket: { io: GuardedSocket, guard },
			onError: (error: unknown) => this.#fail(error),
		});
	}

	request({ onHeaders, onReadable, onDone, headersMask, ...options }: HttpRequestOptions): HttpRequest {
		return this.#client.request({
			...options,
			headersMask: [...headersMask, "transfer-encoding"],
			onHeaders: (status, headers) => {
				this.#headBytes = 0;
				const coding = headers.get("transfer-encoding");
				if (coding === undefined) this.#outside(() => onHeaders(status, headers));
				else this.#fail(new ChunkedBodyError(`Expected a body with a content-length, got one ${coding}`));
			},
			onReadable: (bytes) => this.#outside(() => onReadable(bytes)),
			onDone: (error) => this.#outside(() => onDone(error)),
		});
	}

	close(): void {
		this.#isOpen = false;
		this.#client.close();
	}

	#countByte(): void {
		this.#headBytes++;
		if (this.#headBytes > HEAD_BYTES_MAX)
			throw new HeadTooLongError(`Expected a head of at most ${HEAD_BYTES_MAX} bytes, got more`);
	}

	#run(callback: () => void): void {
		if (!this.#isOpen) return;
		try {
			callback();
		} catch (error) {
			if (this.#thrown?.error === error) throw error;
			this.#fail(error);
		}
	}

	#outside(callback: () => void): void {
		if (!this.#isOpen) return;
		try {
			callback();
		} catch (error) {
			this.#thrown = { error };
			throw error;
		}
	}

	#fail(error: unknown): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		// A client that is still being made is not there to be closed; it has closed itself.
		this.#client?.close();
		this.#onError(error);
	}
}
