/**
 * What `@moddable/typings` 5.6.0 lacks or has wrong, from the text of ECMA-419 (2nd edition) and the sources of Moddable
 * SDK 8.2.3. It is for the type check without the SDK; with it, mcconfig takes the SDK's own typings.
 */

/** The package's constructor asks for a tuple in place of the options, so no call of it compiles. */
declare module "embedded:io/smbus" {
	import type { PinSpecifier, PortSpecifier } from "embedded:io/_common";

	class SMBus {
		constructor(options: {
			data?: PinSpecifier;
			clock?: PinSpecifier;
			hz: number;
			address: number;
			port?: PortSpecifier;
			stop?: boolean;
		});
		readUint8(register: number): number;
		writeUint8(register: number, byte: number): void;
		readUint16(register: number, bigEndian?: boolean): number;
		writeUint16(register: number, word: number, bigEndian?: boolean): void;
		readBuffer(register: number, byteLength: number): ArrayBuffer;
		readBuffer(register: number, buffer: ArrayBuffer | Uint8Array): number;
		writeBuffer(register: number, buffer: ArrayBuffer | Uint8Array): void;
		close(): void;
		get format(): "buffer";
		set format(value: "buffer");
	}

	export default SMBus;
}

/** The RTC class pattern, of which the SDK has one driver a part. */
declare module "embedded:RTC/*" {
	class RTC {
		/** `io` is an SMBus class; what a driver calls of it is the driver's own affair. */
		constructor(options: {
			clock: { io: new (options: { hz: number; address: number }) => { close(): void } };
		});
		/** The RV3028's gives a Date where the text has a number. */
		get time(): number | Date | undefined;
		set time(timeMs: number);
		configure(options: object): void;
		readonly configuration: object;
		close(): void;
	}

	export default RTC;
}

/** Key-value storage. */
declare module "embedded:storage/key-value" {
	type Value = ArrayBuffer | string | number | bigint;
	type Format = "buffer" | "string" | `${"u" | ""}int${8 | 16 | 32 | 64}`;

	interface Domain {
		/** Undefined where the key is not there. */
		read(key: string): Value | undefined;
		/** The bytes that were read into `buffer`, or undefined. */
		read(key: string, buffer: ArrayBuffer | Uint8Array): number | undefined;
		write(key: string, value: Value | Uint8Array): void;
		delete(key: string): void;
		close(): void;
		format: Format;
		[Symbol.iterator](): Iterator<string>;
	}

	const keyValue: { open(options: { path: string; mode?: "r" | "r+"; format?: Format }): Domain };
	export default keyValue;
}

/** Flash partitions; iterating gives their names. */
declare module "embedded:storage/flash" {
	export interface Flash {
		eraseBlock(start: number, end?: number): void;
		read(byteLength: number, byteOffset: number): ArrayBuffer;
		read(buffer: ArrayBuffer | Uint8Array, byteOffset: number): number;
		write(buffer: ArrayBuffer | Uint8Array, byteOffset: number): void;
		status(): { size: number; blockLength: number; blocks: number; writeAlign: number; eraseValue: number };
		close(): void;
	}

	const flash: {
		open(options: { path: string; mode?: "r" | "r+" }): Flash;
		[Symbol.iterator](): Iterator<string>;
	};
	export default flash;
}

/** The update of the MCU's own firmware, on ESP32 and macOS. `complete` makes the image the one that starts next. */
declare module "embedded:update" {
	import type { Flash } from "embedded:storage/flash";

	export interface Updater {
		/** Mode "a" appends. */
		write(bytes: ArrayBuffer | Uint8Array): void;
		/** Mode "w" writes anywhere. */
		write(bytes: ArrayBuffer | Uint8Array, byteOffset: number): void;
		complete(): void;
		close(): void;
	}

	const update: { open(options: { partition: Flash; mode?: "a" | "w"; byteLength?: number }): Updater };
	export default update;
}

/** The host's io and its default pins. The package's SMBus in it is the one above. */
declare module "embedded:provider/builtin" {
	import type { PinSpecifier } from "embedded:io/_common";
	import type Digital from "embedded:io/digital";
	import type Serial from "embedded:io/serial";
	import type SMBus from "embedded:io/smbus";

	const device: {
		readonly io: {
			readonly Digital: typeof Digital;
			readonly Serial: typeof Serial;
			readonly SMBus: typeof SMBus;
		};
		/** The pins of the default bus; `io` is the class I2C. */
		readonly I2C: { readonly default: { data: PinSpecifier; clock: PinSpecifier } };
		readonly Serial: { readonly default: ConstructorParameters<typeof Serial>[0] };
		readonly pin: Readonly<Record<string, PinSpecifier>>;
	};
	export default device;
}

/** A global of hosts that have a provider. Not on `lin`. */
declare var device: typeof import("embedded:provider/builtin").default;

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
