/**
 * What @moddable/typings 5.6.0 lacks or has wrong, from ECMA-419 (2nd edition) and Moddable SDK 8.2.3. It is for the
 * type check without the SDK; mcconfig takes the SDK's own typings instead.
 */

/** Files (Moddable SDK, documentation/io/io.md, "Files"). */
declare module "embedded:storage/files" {
	export interface Status {
		size: number;
	}

	export interface File {
		close(): void;
		read(count: number, position: number): ArrayBuffer;
		write(bytes: ArrayBuffer, position: number): void;
		status(): Status;
		flush(): void;
	}

	export interface Directory {
		openFile(options: { path: string; mode?: "r" | "r+" | "w" | "w+" }): File;
		/** False where it is there already. */
		createDirectory(path: string): boolean;
		delete(path: string): boolean;
		move(from: string, to: string): void;
		scan(path?: string): IterableIterator<string>;
	}

	const files: Directory;
	export default files;
}

/** Native hashes (Moddable SDK 8.2.3, modules/crypt/digest). */
declare module "crypt" {
	export class Digest {
		constructor(type: "SHA256");
		write(bytes: ArrayBuffer): void;
		close(): ArrayBuffer;
	}
}

/** A host function, which xsc makes of a function that does nothing but call it (xs.d.ts of the SDK). */
declare function native(name: string): (...args: unknown[]) => unknown;
