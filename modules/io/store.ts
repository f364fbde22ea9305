/** ECMA-419 key-value storage (2nd edition, section 20) with format "buffer". One Store is one medium. */
export interface Store {
	/** The value, or undefined where the key is not there. Throws when the medium cannot be read. */
	read(key: string): ArrayBuffer | undefined;
	/** Throws when the medium cannot be written. A power cut may tear the value. */
	write(key: string, value: ArrayBuffer): void;
	/** Deleting a key that is not there is no error. */
	delete(key: string): void;
}
