/** The part of an ECMA-419 SMBus (2nd edition, "SMBus") that the drivers use; the SDK's class fits it. */
export interface SmBus {
	readUint8(register: number): number;
	writeUint8(register: number, byte: number): void;
	/** Fills `buffer` from this register on. */
	readBuffer(register: number, buffer: Uint8Array<ArrayBuffer>): void;
	writeBuffer(register: number, buffer: Uint8Array<ArrayBuffer>): void;
	close(): void;
}

/** What a driver passes to an SMBus constructor; the board adds its pins and its port. */
export interface SmBusOptions {
	/** 7-bit address. */
	address: number;
	hz: number;
}

export type SmBusConstructor = new (options: SmBusOptions) => SmBus;

/** How a driver is told of its bus, as ECMA-419 drivers are: the io's constructor, and that one's own options. */
export type SmBusSpecifier = { readonly io: SmBusConstructor; readonly [option: string]: unknown };
