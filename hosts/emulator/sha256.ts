/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2). */
const K: readonly number[] = [
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
];
/** Of the square roots of the first eight primes (section 5.3.3). */
const INITIAL: readonly number[] = [
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const BLOCK_BYTES = 64;

/** SHA-256 (FIPS 180-4). Of our own, because the emulator shares no code with what it tests. */
export function sha256(bytes: Uint8Array): Uint8Array {
	const total = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
	const state = Int32Array.from(INITIAL);
	const words = new Int32Array(64);
	const block = new Uint8Array(BLOCK_BYTES);
	const view = new DataView(block.buffer);
	for (let at = 0; at < total; at += BLOCK_BYTES) {
		block.fill(0);
		block.set(bytes.subarray(at, at + BLOCK_BYTES));
		if (at <= bytes.length && bytes.length < at + BLOCK_BYTES) block[bytes.length - at] = 0x80;
		if (at + BLOCK_BYTES === total) {
			view.setUint32(56, Math.floor(bytes.length / 0x20000000));
			view.setUint32(60, bytes.length << 3);
		}
		compress(state, words, view);
	}
	const hash = new Uint8Array(32);
	const out = new DataView(hash.buffer);
	state.forEach((word, i) => {
		out.setInt32(i * 4, word);
	});
	return hash;
}

/** One round of the hash over one block (section 6.2.2). */
function compress(state: Int32Array, words: Int32Array, block: DataView): void {
	const word = (i: number): number => words[i] as number;
	for (let i = 0; i < 16; i++) words[i] = block.getInt32(i * 4);
	for (let i = 16; i < 64; i++) {
		const a = word(i - 15);
		const b = word(i - 2);
		const s0 = rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3);
		const s1 = rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10);
		words[i] = word(i - 16) + s0 + word(i - 7) + s1;
	}
	let [a, b, c, d, e, f, g, h] = state as unknown as [
		number,
		number,
		number,
		number,
		number,
		number,
		number,
		number,
	];
	for (let i = 0; i < 64; i++) {
		const t1 =
			h +
			(rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
			((e & f) ^ (~e & g)) +
			(K[i] as number) +
			word(i);
		const t2 = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	[a, b, c, d, e, f, g, h].forEach((value, i) => {
		state[i] = (state[i] as number) + value;
	});
}

function rotated(value: number, bits: number): number {
	return (value >>> bits) | (value << (32 - bits));
}
