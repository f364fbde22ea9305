/** The first two bits of the header's first byte are reserved, two are the version, three the operation (Zephyr, "SMP Protocol Specification"). */
export const OPERATIONS = Object.freeze({ read: 0, readAnswer: 1, write: 2, writeAnswer: 3 } as const);

/** The groups and commands that are used here. */
export const COMMANDS = Object.freeze({
	echo: Object.freeze({ group: 0, id: 0 }),
	reset: Object.freeze({ group: 0, id: 5 }),
	parameters: Object.freeze({ group: 0, id: 6 }),
	bootloader: Object.freeze({ group: 0, id: 8 }),
	images: Object.freeze({ group: 1, id: 0 }),
	upload: Object.freeze({ group: 1, id: 1 }),
	erase: Object.freeze({ group: 1, id: 5 }),
} as const);

export const HEADER_BYTES = 8;
/** Asks the server for errors with the group they belong to; a server that does not know it answers as ever. */
const VERSION = 1;

export interface PacketHeader {
	operation: number;
	group: number;
	id: number;
	/** 0 to 255. */
	sequence: number;
}

/** Writes the header into the first eight bytes of a packet, and the length of what comes after them. */
export function writeHeader(packet: Uint8Array, { operation, group, id, sequence }: PacketHeader): void {
	const length = packet.length - HEADER_BYTES;
	packet[0] = (VERSION << 3) | operation;
	packet[1] = 0;
	packet[2] = length >> 8;
	packet[3] = length;
	packet[4] = group >> 8;
	packet[5] = group;
	packet[6] = sequence;
	packet[7] = id;
}

/** Undefined where the packet is no packet, or not as long as it says. */
export function readHeader(packet: Uint8Array): PacketHeader | undefined {
	if (packet.length < HEADER_BYTES) return undefined;
	const byte = (at: number): number => packet[at] as number;
	if (((byte(2) << 8) | byte(3)) !== packet.length - HEADER_BYTES) return undefined;
	return { operation: byte(0) & 7, group: (byte(4) << 8) | byte(5), id: byte(7), sequence: byte(6) };
}
