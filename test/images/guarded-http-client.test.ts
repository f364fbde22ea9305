// Requirements: P8, R13
/** The guard around the SDK's HTTP client, with a model of that client that has its faults. */
import test from "ava";
import { GuardedHttpClient, HEAD_BYTES_MAX } from "../../hosts/mcu/images/guarded-http-client.js";
import type { SdkSocket, SdkSocketCallbacks } from "../../hosts/mcu/images/guarded-socket.js";
import type { HttpRequestOptions } from "../../modules/io/http-client.js";

interface SdkOptions {
	dns: object;
	port: number;
	socket: { io: new (options: object) => SdkSocket };
	onError(error?: unknown): void;
}

function benchOf(secure?: object) {
	const sockets: (SdkSocketCallbacks & { closed: boolean })[] = [];
	const errors: unknown[] = [];
	const calls: string[] = [];
	const model: {
		resolve(): void;
		socket?: SdkSocket;
		request?: HttpRequestOptions;
		port?: number;
		onSocketReadable(): void;
	} = {
		resolve: () => {},
		onSocketReadable: () => {},
	};
	class Socket implements SdkSocket {
		format = "buffer";
		readonly #record: SdkSocketCallbacks & { closed: boolean };
		constructor(options: SdkSocketCallbacks) {
			this.#record = { ...options, closed: false };
			sockets.push(this.#record);
		}
		read(count?: number | ArrayBufferView | ArrayBuffer): ArrayBuffer | number {
			return count === undefined ? 65 : new ArrayBuffer(Number(count));
		}
		write(): number {
			return 0;
		}
		close(): void {
			this.#record.closed = true;
		}
	}
	class HTTPClient {
		constructor({ socket, port, onError }: SdkOptions) {
			model.port = port;
			model.resolve = () => {
				try {
					model.socket = new socket.io({
						...socket,
						onReadable: () => model.onSocketReadable(),
						onWritable: () => {},
						onError: () => onError(),
					});
				} catch (error) {
					onError(error);
				}
			};
		}
		request(request: HttpRequestOptions) {
			model.request = request;
			return { read: () => undefined };
		}
		close(): void {
			model.socket?.close();
		}
	}
	const client = new GuardedHttpClient({
		HTTPClient,
		dns: { io: Object },
		socket: { io: Socket, ...(secure ? { secure } : {}) },
		host: "images.test",
		onError: (error) => errors.push(error),
	});
	client.request({
		method: "GET",
		path: "/",
		headers: new Map(),
		headersMask: ["etag"],
		onHeaders: (status) => calls.push(`headers ${status}`),
		onReadable: (bytes) => {
			calls.push(`readable ${bytes}`);
			if (bytes === 13) throw new Error("a fault of the product");
		},
		onDone: () => calls.push("done"),
	});
	return { client, model, sockets, errors, calls };
}

test("what the server sends comes through, and the port is the protocol's own", (t) => {
	const { model, sockets, calls, errors } = benchOf();
	t.is(model.port, 80);
	t.is(benchOf({}).model.port, 443);
	model.resolve();
	model.onSocketReadable = () => {
		model.request?.onHeaders(200, new Map());
		model.request?.onReadable(5);
		t.is(model.socket?.read(), 65);
		t.deepEqual(model.socket?.read(5), new ArrayBuffer(5));
		model.request?.onDone(null);
	};
	sockets[0]?.onReadable(5);
	t.deepEqual(calls, ["headers 200", "readable 5", "done"]);
	t.deepEqual(errors, []);
	t.true(model.request?.headersMask.includes("transfer-encoding"));
});

test("P8: a head without an end is cut off, and so is a line before a chunk", (t) => {
	for (const headBefore of [false, true]) {
		const { model, sockets, errors } = benchOf();
		model.resolve();
		model.onSocketReadable = () => {
			if (headBefore) model.request?.onHeaders(200, new Map());
			for (;;) model.socket?.read();
		};
		sockets[0]?.onReadable(1);
		t.is((errors[0] as Error).name, "HeadTooLongError");
		t.true(sockets[0]?.closed);
	}
	const { model, sockets, errors } = benchOf();
	model.resolve();
	model.onSocketReadable = () => {
		for (let i = 0; i < HEAD_BYTES_MAX; i++) model.socket?.read();
		model.socket?.read(1);
		for (let i = 0; i < HEAD_BYTES_MAX; i++) model.socket?.read();
	};
	sockets[0]?.onReadable(1);
	t.deepEqual(errors, [], "as many as are allowed, and a body in between");
});

test("P8: what the SDK's client throws out of a socket's callback is an error, once", (t) => {
	const { model, sockets, errors, calls } = benchOf();
	model.resolve();
	model.onSocketReadable = () => {
		throw new Error("unexpected");
	};
	sockets[0]?.onReadable(1);
	sockets[0]?.onReadable(1);
	sockets[0]?.onError();
	t.deepEqual(errors, [new Error("unexpected")]);
	t.deepEqual(calls, []);
});

test("a fault of the product's own callback is not taken for one of the server", (t) => {
	const { model, sockets, errors } = benchOf();
	model.resolve();
	model.onSocketReadable = () => model.request?.onReadable(13);
	t.throws(() => sockets[0]?.onReadable(1), { message: "a fault of the product" });
	t.deepEqual(errors, []);
});

test("P8: a chunked body is refused before a byte of it", (t) => {
	const { model, sockets, errors, calls } = benchOf();
	model.resolve();
	model.onSocketReadable = () => model.request?.onHeaders(200, new Map([["transfer-encoding", "chunked"]]));
	sockets[0]?.onReadable(1);
	t.is((errors[0] as Error).name, "ChunkedBodyError");
	t.deepEqual(calls, []);
	t.true(sockets[0]?.closed);
});

test("a client that is closed before its name was resolved opens no socket, and says nothing", (t) => {
	const { client, model, sockets, errors } = benchOf();
	client.close();
	model.resolve();
	t.is(sockets.length, 0);
	t.deepEqual(errors, []);
	client.close();
});
