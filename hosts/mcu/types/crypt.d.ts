/** The SDK's native hashes (Moddable SDK 8.2.3, modules/crypt/digest); for the type check without the SDK. */
declare module "crypt" {
	export class Digest {
		constructor(type: "SHA256");
		write(bytes: ArrayBuffer): void;
		close(): ArrayBuffer;
	}
}
