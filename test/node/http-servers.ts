import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";

/** A real web server on loopback, and how to end it. */
export interface RunningServer {
	port: number;
	/** The requests so far: path, then range and If-Range where there are some. */
	requests: string[];
	close(): Promise<void>;
}

export interface FileServerOptions {
	image: Uint8Array;
	/** The ETag for the n-th request. */
	etag?: (request: number) => string | undefined;
	ranges?: boolean;
	/** After so many bytes of the n-th answer's body the connection is cut. */
	cutAt?: (request: number) => number | undefined;
	/** What an answer's Content-Length says more than the truth; without one the body is chunked. */
	framing?: "length" | "chunked";
	/** Bytes at a time, with a pause between them. */
	slow?: { bytes: number; pauseMs: number };
}

/** Serves one image at every path with Node's own HTTP, ranges and If-Range included (RFC 9110, section 14). */
export async function serveImage(options: FileServerOptions): Promise<RunningServer> {
	const {
		image,
		etag = () => '"1"',
		ranges = true,
		cutAt = () => undefined,
		framing = "length",
		slow,
	} = options;
	const requests: string[] = [];
	const server = createServer((request, response) => {
		const number = requests.length;
		const { range } = request.headers;
		const ifRange = request.headers["if-range"];
		requests.push([request.url, range, ifRange].filter(Boolean).join(" "));
		const tag = etag(number);
		if (tag !== undefined) response.setHeader("etag", tag);
		const first = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
		const isPart = ranges && range !== undefined && (ifRange === undefined || ifRange === tag);
		if (isPart && first >= image.length) {
			response.writeHead(416, { "content-range": `bytes */${image.length}` }).end();
			return;
		}
		const body = isPart ? image.subarray(first) : image;
		response.statusCode = isPart ? 206 : 200;
		if (isPart) response.setHeader("content-range", `bytes ${first}-${image.length - 1}/${image.length}`);
		if (framing === "length") response.setHeader("content-length", body.length);
		const cut = cutAt(number);
		const sent = body.subarray(0, cut);
		const end = (): void => {
			if (cut === undefined) response.end();
			else response.socket?.end();
		};
		if (!slow) {
			response.flushHeaders();
			response.write(sent, end);
			return;
		}
		const step = (from: number): void => {
			if (from >= sent.length) return end();
			response.write(sent.subarray(from, from + slow.bytes), () =>
				setTimeout(() => step(from + slow.bytes), slow.pauseMs),
			);
		};
		step(0);
	});
	return await running(server, requests);
}

/** Answers whatever is asked with these bytes, as they are, and hangs up. */
export async function serveBytes(answer: (request: number) => Uint8Array | string): Promise<RunningServer> {
	const requests: string[] = [];
	const server = createTcpServer((socket: Socket) => {
		let head = "";
		socket.on("error", () => {});
		socket.on("data", (chunk) => {
			const wasWhole = head.includes("\r\n\r\n");
			head += chunk.toString("latin1");
			if (wasWhole || !head.includes("\r\n\r\n")) return;
			socket.end(answer(requests.push(head.split("\r\n")[0] ?? "") - 1));
		});
	});
	return await running(server, requests);
}

async function running(server: Server | TcpServer, requests: string[]): Promise<RunningServer> {
	const sockets = new Set<Socket>();
	server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	return {
		port: (server.address() as AddressInfo).port,
		requests,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((done) => server.close(done));
		},
	};
}
