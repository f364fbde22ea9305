/** What ECMA-419 key-value storage is opened with (2nd edition, section 20). */
export interface KeyValueOptions {
	path: string;
	mode: "r+";
	format: "buffer";
}

/** An open domain of ECMA-419 key-value storage with format "buffer"; the SDK's instances fit it. */
export interface KeyValueDomain {
	/** An ArrayBuffer, or undefined where the key is not there. */
	read(key: string): unknown;
	write(key: string, value: ArrayBuffer): void;
	delete(key: string): void;
	close(): void;
}

/** The default export of the SDK's `embedded:storage/key-value`, and of whatever stands in for it. */
export interface KeyValue {
	open(options: KeyValueOptions): KeyValueDomain;
}
