/** One GET that was handed to a client. */
export interface HttpRequest {
	/**
	 * Takes at most `bytes` bytes of the body, 1 up to what the last `onReadable` named and was not taken yet; undefined where
	 * there are none. What nobody takes stays with the sender: this is the flow control. Calls no callback.
	 */
	read(bytes: number): ArrayBuffer | undefined;
}

export interface HttpRequestOptions {
	method: "GET";
	/** With its query; starts with "/". */
	path: string;
	headers: Map<string, string>;
	/** The only headers of the answer that are kept, in lower case: what a server sends beside them costs no memory. */
	headersMask: string[];
	/** The names are in lower case. Comes before all of the body. */
	onHeaders(status: number, headers: ReadonlyMap<string, string>): void;
	/** How many bytes can be read now, in all. */
	onReadable(bytes: number): void;
	/** The body ended as it was announced and was read (no error), or broke off. Comes at most once; nothing comes after it. */
	onDone(error: Error | null | undefined): void;
}

/**
 * The part of an ECMA-419 HTTP client (HTTPClient of Moddable SDK 8.2.3, examples/io/tcp/httpclient) that the modules use.
 * Structural on purpose: the SDK's class, the host's and the emulator's all fit it. `onDone` and `onError` may be called
 * before `request` returned, for the SDK's does so where a name cannot be resolved; the others never are.
 */
export interface HttpClient {
	request(options: HttpRequestOptions): HttpRequest;
	/** Ends everything; no callback is called any more. May be called twice. */
	close(): void;
}

export interface HttpClientOptions {
	host: string;
	/** Where it is undefined, the protocol's own. */
	port?: number | undefined;
	/** The connection broke or never came. */
	onError(error?: unknown): void;
}

/** What a constructor wants that belongs to the board: sockets, name servers, certificates. */
// biome-ignore lint/suspicious/noExplicitAny: it is between the board and what it brings
export type BoardOptions = any;

/** An HTTP client's constructor, where it connects to, and whatever else it wants. */
export interface HttpOptions {
	/** Takes HttpClientOptions with everything that stands here beside it. */
	io: new (
		options: BoardOptions,
	) => HttpClient;
	host: string;
	port?: number | undefined;
	[option: string]: unknown;
}
