// Requirements: P9, R29
import { createHash, createPublicKey, sign, verify } from "node:crypto";
import { hashes, verify as nobleVerify, Point } from "@noble/ed25519";
import test from "ava";
import fc from "fast-check";
import { sha256Hex, sha512 } from "../../modules/order/digest.js";
import { isPublicKey, verifyEd25519 } from "../../modules/order/ed25519.js";
import { keyIdOf, publicKeyFromSpki, spkiFromPublicKey } from "../../modules/order/spki.js";
import { COMPANY, STRANGER } from "./support.js";

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

// RFC 8032, section 7.1: public key, message, signature of tests 1, 2, 3 and SHA(abc).
const RFC_8032 = [
	[
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
		"",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
	],
	[
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
		"72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
	],
	[
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
		"af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
	],
	[
		"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf2",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
	],
] as const;

// github.com/novifinancial/ed25519-speccheck, cases.json ("Taming the many EdDSAs", Chalkias, Garillot, Nikolaenko 2020):
// public key, message, signature, whether a cofactorless verifier that refuses keys of small order takes it.
const SPECCHECK = [
	[
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000",
		false,
	],
	[
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
		"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
		false,
	],
	[
		"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
		true,
	],
	[
		"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
		"9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
		true,
	],
	[
		"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
		"160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
		false,
	],
	[
		"cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
		"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
		"21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
		false,
	],
	[
		"442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
		"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
		"e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
		false,
	],
	[
		"442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
		"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
		"8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
		false,
	],
	[
		"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		"fdaebc429f4a735932a160da1301080c13280eea8bc280d1b392c6b9e6ba3a5a",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f454d370c8d9fc323a41450f8d513eafeb5b0697390c1e505a0d4ddc71f566607",
		false,
	],
	[
		"f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
		"84b698d39be126ff55fe45079e6c8bf64a0d7db6994560b4e96b7021eb39c1a1",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f084d5b99c2a9463d9c8bd5026916996984eeec87ddf1d3be329006ace1b37b09",
		false,
	],
] as const;

test("P9: the signatures of RFC 8032 verify, and no longer with one bit changed anywhere", (t) => {
	for (const [publicKey, message, signature] of RFC_8032)
		t.true(verifyEd25519(hex(signature), hex(message), hex(publicKey)));
	const [publicKey, message, signature] = RFC_8032[2];
	for (let i = 0; i < 64; i++) {
		const flipped = hex(signature);
		flipped[i]! ^= 1 << (i % 8);
		t.false(verifyEd25519(flipped, hex(message), hex(publicKey)), `byte ${i}`);
	}
	t.false(verifyEd25519(hex(signature).subarray(1), hex(message), hex(publicKey)));
	t.false(verifyEd25519(hex(signature), hex(message), hex(publicKey).subarray(1)));
	t.false(verifyEd25519(hex(signature), hex("af83"), hex(publicKey)));
});

test("P9: the published edge cases are judged as by a strict verifier without cofactor", (t) => {
	SPECCHECK.forEach(([publicKey, message, signature, expected], index) => {
		t.is(verifyEd25519(hex(signature), hex(message), hex(publicKey)), expected, `case ${index}`);
	});
});

test("P9: S is taken in one form only: S + L is the same number and is refused", (t) => {
	const message = hex("af82");
	const signature = new Uint8Array(sign(null, message, COMPANY.privateKey));
	t.true(verifyEd25519(signature, message, COMPANY.publicKey));
	const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) + GROUP_ORDER;
	signature.set(Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse(), 32);
	t.false(verifyEd25519(signature, message, COMPANY.publicKey));
});

test("verification judges random signatures, keys and messages as openssl and the package's own strict verify do", (t) => {
	hashes.sha512 = (message) => new Uint8Array(sha512(message));
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 80 }),
			fc.nat(63),
			fc.nat(255),
			fc.boolean(),
			(message, at, xor, ours) => {
				const key = ours ? COMPANY : STRANGER;
				const signature = new Uint8Array(sign(null, message, COMPANY.privateKey));
				signature[at]! ^= xor;
				const verdict = verifyEd25519(signature, message, key.publicKey);
				t.is(verdict, xor === 0 && ours);
				t.is(verdict, nobleVerify(signature, Uint8Array.from(message), key.publicKey, { zip215: false }));
				const spki = {
					key: Buffer.from(spkiFromPublicKey(key.publicKey)),
					format: "der",
					type: "spki",
				} as const;
				t.is(verdict, verify(null, message, createPublicKey(spki), signature));
			},
		),
		{ numRuns: 30 },
	);
});

test("P9: a key of small order, off the curve or not canonical is no key", (t) => {
	const identity = Point.ZERO.toBytes();
	// The other seven points of small order are multiples of this one of order 8.
	const ofOrder8 = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
	for (let i = 1n; i <= 8n; i++) t.false(isPublicKey(ofOrder8.multiply(i).toBytes()), `${i} times`);
	t.false(isPublicKey(identity));
	t.false(isPublicKey(new Uint8Array(32).fill(0xff)));
	t.false(isPublicKey(new Uint8Array(32).fill(2)));
	t.false(isPublicKey(new Uint8Array(31)));
	t.true(isPublicKey(COMPANY.publicKey));
	t.throws(() => keyIdOf(identity), { name: "OrderRefusedError", message: /large order/ });
});

test("SPKI DER goes to 32 bytes and back, as openssl writes it, and any other DER is named", (t) => {
	const der = spkiFromPublicKey(COMPANY.publicKey);
	t.deepEqual(Buffer.from(der), createPublicKey(COMPANY.privateKey).export({ type: "spki", format: "der" }));
	t.deepEqual(publicKeyFromSpki(der), COMPANY.publicKey as Uint8Array<ArrayBuffer>);
	t.is(COMPANY.keyId, createHash("sha256").update(der).digest("hex"));
	for (let i = 0; i < 12; i++) {
		const damaged = der.slice();
		damaged[i]! ^= 1;
		t.like(
			t.throws(() => publicKeyFromSpki(damaged)),
			{ name: "OrderRefusedError", reason: "bad-key" },
		);
	}
	t.throws(() => publicKeyFromSpki(der.slice(0, -1)), { message: /44 bytes/ });
});

test("SHA-256 and SHA-512 give the vectors of FIPS 180-4, and Node's digest for any length", (t) => {
	t.is(sha256Hex(Buffer.from("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	t.is(sha256Hex(new Uint8Array()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	t.is(
		sha256Hex(Buffer.from("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	);
	t.is(
		Buffer.from(sha512(Buffer.from("abc"))).toString("hex"),
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	);
	for (let length = 0; length < 300; length++) {
		const bytes = Buffer.alloc(length, length);
		t.is(sha256Hex(bytes), createHash("sha256").update(bytes).digest("hex"));
		t.deepEqual(Buffer.from(sha512(bytes)), createHash("sha512").update(bytes).digest());
	}
});
