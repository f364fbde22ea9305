import { lstatSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { PseudoTerminal } from "../pseudo-terminal.js";
import { UsageError } from "../usage-error.js";

export interface LinkOptions {
	/** A path for a link to a pseudo-terminal. */
	link?: string;
	/** A port of 127.0.0.1. */
	tcp?: number;
}

/** The other end of an emulated device's UART. */
export interface Link {
	name: string;
	write(bytes: ArrayBuffer): void;
	close(): void;
}

/** Throws UsageError where not exactly one of them is given. */
export function checkLink({ link, tcp }: LinkOptions): void {
	if ((link === undefined) === (tcp === undefined))
		throw new UsageError("Expected exactly one of --link and --tcp");
}

/** `onBytes` gets what clients write. Throws UsageError. */
export async function openLink(
	{ link, tcp }: LinkOptions,
	onBytes: (bytes: ArrayBuffer) => void,
): Promise<Link> {
	return link === undefined ? tcpLink(tcp as number, onBytes) : terminalLink(link, onBytes);
}

function terminalLink(path: string, onBytes: (bytes: ArrayBuffer) => void): Link {
	removeOldLink(path);
	const terminal = new PseudoTerminal({ onBytes });
	try {
		symlinkSync(terminal.path, path);
	} catch (error) {
		terminal.close();
		throw new UsageError(`Expected \`--link\` to be a path that can be made: ${(error as Error).message}`);
	}
	return {
		name: path,
		write: (bytes) => terminal.write(bytes),
		close: () => {
			terminal.close();
			try {
				if (readlinkSync(path) === terminal.path) unlinkSync(path);
			} catch {
				// Somebody else has taken it away already.
			}
		},
	};
}

/** A link to a pseudo-terminal is what an emulator that was killed leaves behind; anything else is not ours. */
function removeOldLink(path: string): void {
	const old = lstatSync(path, { throwIfNoEntry: false });
	if (!old) return;
	if (!old.isSymbolicLink() || !readlinkSync(path).startsWith("/dev/pts/"))
		throw new UsageError(`Expected \`--link\` to be a path where nothing is yet, got ${path}`);
	unlinkSync(path);
}

/** One client at a time, as a UART has; a newer one takes the place of the older. */
async function tcpLink(port: number, onBytes: (bytes: ArrayBuffer) => void): Promise<Link> {
	let client: Socket | undefined;
	const listener = createServer((socket) => {
		client?.destroy();
		client = socket.setNoDelay(true);
		socket.on("data", (chunk) => onBytes(new Uint8Array(chunk).buffer));
		socket.on("error", () => {});
		socket.on("close", () => {
			if (client === socket) client = undefined;
		});
	});
	await new Promise<void>((resolve, reject) => {
		listener.once("error", (error) =>
			reject(new UsageError(`Expected \`--tcp\` to be a port that can be opened: ${error.message}`)),
		);
		listener.listen(port, "127.0.0.1", resolve);
	});
	const address = listener.address();
	return {
		name: `127.0.0.1:${typeof address === "object" && address ? address.port : port}`,
		write: (bytes) => {
			client?.write(new Uint8Array(bytes));
		},
		close: () => {
			client?.destroy();
			listener.close();
		},
	};
}
