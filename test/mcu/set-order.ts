import { mcubootImage } from "../../hosts/emulator/processor-image.js";
import { encodeBase64 } from "../../modules/storage/base64.js";
import { bytesFromAscii } from "../../modules/storage/bytes.js";

/** The elements beside the modem, and how small their images are: an engine without a compiler hashes them. */
export const IMAGE_BYTES = Object.freeze({ sensor: 1_400, display: 600, self: 500 });
export type Other = keyof typeof IMAGE_BYTES;
export const OTHERS = Object.freeze(Object.keys(IMAGE_BYTES)) as readonly Other[];
export const OLD = "1.0.0";
export const NEW = "1.1.0";

export function imageOf(name: Other, version: string): Uint8Array<ArrayBuffer> {
	const seed = OTHERS.indexOf(name) * 10 + (version === OLD ? 1 : 2);
	return mcubootImage({ version, sizeBytes: IMAGE_BYTES[name], seed });
}

export const fileOf = (name: Other): string => `${name}-${NEW}.bin`;

/** An HL7800 and the three others, signed beforehand; set-order.test.ts signs it again. */
export const SET_PAYLOAD =
	'{"schema":1,"sequence":1,"elements":[{"name":"modem","kind":"modem","model":"HL7800","from":["HL7800.4.4.14.0"],"to":"HL7800.4.5.4.0","sizeBytes":400000,"sources":["avms"]},{"name":"sensor","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":1400,"image":"sensor-1.1.0.bin","sha256":"426c9e5dc637a94ed57b01251913208a45025b80187bd8562e516bf30f26c1e9","hash":"367392470a88a3cee2592f0271c3e209c5c24e9bb8827174e077f6e88e7f6574"},{"name":"display","kind":"smp","from":["1.0.0"],"to":"1.1.0","sizeBytes":600,"image":"display-1.1.0.bin","sha256":"838a6a39af4052b1918d23ae3037be16bc884eaa14d40f307c8018a4a3fe85aa","hash":"b437581b51630578300afe67109d1ab5c5205de58a9d3131a7c848dc891502a5"},{"name":"self","kind":"self","from":["1.0.0"],"to":"1.1.0","sizeBytes":500,"image":"self-1.1.0.bin","sha256":"20c54128cdb373c4e04bfecad0d304fddc89d31aabb879e0fd9c92de255a0e25","hash":"7ac6e14dd37e2c5e10ab9349ae8590d54713f5aa71a58954dc95a46186182c64"}]}';
export const SET_SIGNATURE =
	"sf4pvfcsZjytuWAbdoWavF43xz2X5+am5NIe6FZAEFpRBia/V/XXmZVNJRlYHBvBtHTjsghEQ1HAGMgbcblwDA==";

export function setEnvelope(): Uint8Array<ArrayBuffer> {
	return bytesFromAscii(
		JSON.stringify({
			payload: encodeBase64(bytesFromAscii(SET_PAYLOAD)),
			payloadType: "application/vnd.update-window.order+json",
			signatures: [{ sig: SET_SIGNATURE }],
		}),
	);
}
