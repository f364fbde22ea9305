export type PartitionName = "a" | "b";

/** `esp_ota_img_states_t`. */
export type PartitionState = "new" | "pending-verify" | "valid" | "invalid" | "aborted";

/** An entry of `otadata`. */
export interface SelectEntry {
	/** The higher one is in force. */
	sequence: number;
	partition: PartitionName;
	state: PartitionState;
}

/** All that the boot partitions keep without power: plain data, so that a test can copy it and compare it. */
export interface PartitionFlash {
	partitions: Record<PartitionName, Uint8Array>;
	/** Two; undefined where it is erased. */
	otadata: (SelectEntry | undefined)[];
}

/** As it leaves the factory: one image, and nothing that was ever selected. */
export function factoryPartitions(image: Uint8Array): PartitionFlash {
	return { partitions: { a: image.slice(), b: new Uint8Array(0) }, otadata: [undefined, undefined] };
}
