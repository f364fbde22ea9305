import { randomBytes } from "node:crypto";
import {
	closeSync,
	constants,
	fstatSync,
	fsyncSync,
	linkSync,
	mkdirSync,
	openSync,
	readSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "./input-error.js";
import { OutputError } from "./output-error.js";

export interface WriteOptions {
	/** Permission bits of the new file, as the umask leaves them; 0o644 where nothing is said. */
	mode?: number;
	/** An existing file is an error and stays as it is; else it is replaced. */
	exclusive?: boolean;
}

/** Reads a whole regular file of at most `bytesMax`. Throws InputError, with `what` the file was to be. */
export function readInput(path: string, what: string, bytesMax: number): Uint8Array {
	let file: number | undefined;
	try {
		// Without waiting: a pipe that nobody writes to would hold a boot back for ever.
		file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		if (!fstatSync(file).isFile())
			throw new InputError(`Expected ${what} in ${path}, which is no regular file`);
		// One byte more than allowed is asked for: a file may grow while it is read.
		const bytes = new Uint8Array(bytesMax + 1);
		let length = 0;
		for (;;) {
			const count = readSync(file, bytes, length, bytes.length - length, null);
			length += count;
			if (length > bytesMax)
				throw new InputError(`Expected ${what} in ${path}, at most ${bytesMax} bytes, got more`);
			if (count === 0) return bytes.slice(0, length);
		}
	} catch (error) {
		if (error instanceof InputError) throw error;
		throw new InputError(`Expected ${what} in ${path}, which cannot be read: ${(error as Error).message}`);
	} finally {
		if (file !== undefined) closeSync(file);
	}
}

/** Makes a directory and those above it, where they are missing. Throws OutputError. */
export function makeDirectory(path: string): void {
	try {
		makeDirectories(path);
	} catch (error) {
		throw new OutputError(`Expected a directory at ${path}: ${(error as Error).message}`);
	}
}

/**
 * Makes a directory and those above it, where they are missing. Throws what the system says. Node's own `recursive` goes
 * round for ever where a directory that is there takes no new name and says ENOENT, as one below /proc does.
 */
export function makeDirectories(path: string): void {
	try {
		mkdirSync(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EEXIST" && statSync(path).isDirectory()) return;
		const above = dirname(path);
		if (code !== "ENOENT" || above === path) throw error;
		makeDirectories(above);
		makeLast(path);
	}
}

/** Another program may have made it in the meantime. */
function makeLast(path: string): void {
	try {
		mkdirSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
}

/** Writes a file so that it is there whole or not at all, after a power cut too. Throws OutputError. */
export function writeFileAtomically(
	path: string,
	content: Uint8Array | string,
	{ mode = 0o644, exclusive = false }: WriteOptions = {},
): void {
	const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
	try {
		const file = openSync(draft, "wx", mode);
		try {
			writeFileSync(file, content);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		// A link to an existing name fails where a rename would replace it.
		if (exclusive) linkSync(draft, path);
		else renameSync(draft, path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST")
			throw new OutputError(`Expected ${path} not to exist yet: nothing is overwritten`);
		throw new OutputError(`Expected to write ${path}: ${(error as Error).message}`);
	} finally {
		rmSync(draft, { force: true });
	}
}
