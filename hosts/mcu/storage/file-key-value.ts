import { FileKeyValueDomain } from "./file-key-value-domain.js";
import type { KeyValue, KeyValueDomain, KeyValueOptions } from "./key-value.js";

/** An open file of the SDK's module `file`. Its `close` may not be called twice. */
export interface OpenFile {
	/** All the bytes from the position on; throws where there are none. */
	read(type: ArrayBufferConstructor): ArrayBuffer;
	write(bytes: ArrayBuffer): void;
	readonly length: number;
	close(): void;
}

/** The class File of the SDK's module `file`. */
export interface FileClass {
	/** For writing the file is made where it is not there, and is not emptied where it is. */
	new (path: string, write?: boolean): OpenFile;
	exists(path: string): boolean;
	/** False where it could not be done. */
	delete(path: string): boolean;
	/** False where it could not be done. `to` is a name in the same folder; what has that name is replaced. */
	rename(path: string, to: string): boolean;
}

/** The class Directory of the SDK's module `file`. */
export interface DirectoryClass {
	/** One that is there already is no error; its parents have to be. */
	create(path: string): void;
}

export interface FileKeyValueOptions {
	File: FileClass;
	Directory: DirectoryClass;
}

/**
 * Key-value storage over the SDK's module `file`, for what has files and no ECMA-419 key-value storage that is safe
 * against power cuts: `lin`, and parts with littlefs. A domain is a folder, a key a file in it.
 */
export class FileKeyValue implements KeyValue {
	readonly #options: FileKeyValueOptions;

	constructor(options: FileKeyValueOptions) {
		this.#options = options;
	}

	/** Makes the folder where it is not there; throws what that throws. */
	open({ path }: Pick<KeyValueOptions, "path">): KeyValueDomain {
		const { File, Directory } = this.#options;
		Directory.create(path);
		return new FileKeyValueDomain({ File, folder: path });
	}
}
