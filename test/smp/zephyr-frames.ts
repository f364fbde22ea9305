/** One request and its answer: the base64 of each line of the console, without marker and line feed. */
export interface Exchange {
	name: string;
	request: readonly string[];
	answer: readonly string[];
}

/**
 * What the SMP server of Zephyr 4.4.0 answered to our client, over MCUboot (swap using offset), with the sample `smp_svr` for
 * `qemu_cortex_m0` of intercreate/smp-server-fixtures, release 0eae053d, under QEMU 7.2 (machine `microbit`). The processor ran
 * version 0.0.0; the image that was uploaded is 9.8.7+6, made by imgtool 2.4.0. Of the upload only the first two pieces are
 * here. Between `reset` and the next `list` MCUboot swapped the slots.
 */
export const ZEPHYR_EXCHANGES: readonly Exchange[] = [
	{
		name: "parameters",
		request: ["AAsIAAABAAAABqBzEw=="],
		answer: ["ACMJAAAZAAAABr9oYnVmX3NpemUZAYBpYnVmX2NvdW50BP9/bw=="],
	},
	{
		name: "bootloader",
		request: ["ABYIAAAMAAABCKFlcXVlcnlkbW9kZVXf"],
		answer: ["ABAJAAAGAAABCL9icmMI/ywP"],
	},
	{
		name: "echo",
		request: ["ABMKAAAJAAACAKFhZGVoZWxsbwLM"],
		answer: ["ABQLAAAKAAACAL9hcmVoZWxsb//xuw=="],
	},
	{
		name: "list",
		request: ["AAsIAAABAAEDAKD2UQ=="],
		answer: [
			"AJAJAACGAAEDAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmUwLjAuMGRoYXNoWCAbqiIgdMyAX69OCYRtI3eIax5e98/M2erBVU2C2aqdWmhib290YWJsZfVncGVu",
			"ZGluZ/RpY29uZmlybWVk9WZhY3RpdmX1aXBlcm1hbmVudPT//2tzcGxpdFN0YXR1cwD/KME=",
		],
	},
	{
		name: "upload",
		request: [
			"ANQKAADKAAEEAaZjbGVuGcIcY29mZgBjc2hhWCCdHRj/+V18bt0owyiqWOJE6XNlfa5B4ybdNACZSsauJGRkYXRhWIA9uPOWAAAAAAACAAD0vwAAAAAAAAkIBwAG",
			"AAAAAAAAAP//////////////////////////////////////////////////////////////////////////////////////////////////////////////////",
			"/////////////2VpbWFnZQBndXBncmFkZfSK+g==",
		],
		answer: ["ABILAAAIAAEEAb9jb2ZmGID/umk="],
	},
	{
		name: "upload",
		request: [
			"AQgKAAD+AAEFAaJjb2ZmGIBkZGF0YVjw////////////////////////////////////////////////////////////////////////////////////////////",
			"////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////",
			"////////////////////////////////////////////////////////////////////////////////////////////////////////8aE=",
		],
		answer: ["ABMLAAAJAAEFAb9jb2ZmGQFw/6Mx"],
	},
	{
		name: "list",
		request: ["AAsIAAABAAHUAKAWVQ=="],
		answer: [
			"AQAJAAD2AAHUAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmUwLjAuMGRoYXNoWCAbqiIgdMyAX69OCYRtI3eIax5e98/M2erBVU2C2aqdWmhib290YWJsZfVncGVu",
			"ZGluZ/RpY29uZmlybWVk9WZhY3RpdmX1aXBlcm1hbmVudPT/v2RzbG90AWd2ZXJzaW9uZzkuOC43LjZkaGFzaFggUKflQ2gLd7GsrWsVyJhxfAuF4aCNwMce",
			"9EutDlpFqG5oYm9vdGFibGX1Z3BlbmRpbmf0aWNvbmZpcm1lZPRmYWN0aXZl9GlwZXJtYW5lbnT0//9rc3BsaXRTdGF0dXMA/2Uu",
		],
	},
	{
		name: "test",
		request: ["ADsKAAAxAAHVAKJkaGFzaFggUKflQ2gLd7GsrWsVyJhxfAuF4aCNwMce9EutDlpFqG5nY29uZmlybfSh+g=="],
		answer: [
			"AQALAAD2AAHVAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmUwLjAuMGRoYXNoWCAbqiIgdMyAX69OCYRtI3eIax5e98/M2erBVU2C2aqdWmhib290YWJsZfVncGVu",
			"ZGluZ/RpY29uZmlybWVk9WZhY3RpdmX1aXBlcm1hbmVudPT/v2RzbG90AWd2ZXJzaW9uZzkuOC43LjZkaGFzaFggUKflQ2gLd7GsrWsVyJhxfAuF4aCNwMce",
			"9EutDlpFqG5oYm9vdGFibGX1Z3BlbmRpbmf1aWNvbmZpcm1lZPRmYWN0aXZl9GlwZXJtYW5lbnT0//9rc3BsaXRTdGF0dXMA//8s",
		],
	},
	{
		name: "confirm while pending",
		request: ["ADsKAAAxAAHWAKJkaGFzaFggG6oiIHTMgF+vTgmEbSN3iGseXvfPzNnqwVVNgtmqnVpnY29uZmlybfVHhA=="],
		answer: ["AB4LAAAUAAHWAL9jZXJyv2Vncm91cAFicmMYHP//fnY="],
	},
	{
		name: "reset",
		request: ["AAsKAAABAADXBaAAIw=="],
		answer: ["AAwLAAACAADXBb//mXo="],
	},
	{
		name: "list",
		request: ["AAsIAAABAAHYAKBjNA=="],
		answer: [
			"AQAJAAD2AAHYAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmc5LjguNy42ZGhhc2hYIFCn5UNoC3exrK1rFciYcXwLheGgjcDHHvRLrQ5aRahuaGJvb3RhYmxl9Wdw",
			"ZW5kaW5n9Gljb25maXJtZWT0ZmFjdGl2ZfVpcGVybWFuZW509P+/ZHNsb3QBZ3ZlcnNpb25lMC4wLjBkaGFzaFggG6oiIHTMgF+vTgmEbSN3iGseXvfPzNnq",
			"wVVNgtmqnVpoYm9vdGFibGX1Z3BlbmRpbmf0aWNvbmZpcm1lZPVmYWN0aXZl9GlwZXJtYW5lbnT0//9rc3BsaXRTdGF0dXMA/7AV",
		],
	},
	{
		name: "erase on trial",
		request: ["AAsKAAABAAHZBaBtlg=="],
		answer: ["AB0LAAATAAHZBb9jZXJyv2Vncm91cAFicmMJ///TOg=="],
	},
	{
		name: "confirm old on trial",
		request: ["ADsKAAAxAAHaAKJkaGFzaFggG6oiIHTMgF+vTgmEbSN3iGseXvfPzNnqwVVNgtmqnVpnY29uZmlybfVFsw=="],
		answer: [
			"AQALAAD2AAHaAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmc5LjguNy42ZGhhc2hYIFCn5UNoC3exrK1rFciYcXwLheGgjcDHHvRLrQ5aRahuaGJvb3RhYmxl9Wdw",
			"ZW5kaW5n9Gljb25maXJtZWT0ZmFjdGl2ZfVpcGVybWFuZW509P+/ZHNsb3QBZ3ZlcnNpb25lMC4wLjBkaGFzaFggG6oiIHTMgF+vTgmEbSN3iGseXvfPzNnq",
			"wVVNgtmqnVpoYm9vdGFibGX1Z3BlbmRpbmf0aWNvbmZpcm1lZPVmYWN0aXZl9GlwZXJtYW5lbnT0//9rc3BsaXRTdGF0dXMA//PG",
		],
	},
	{
		name: "list",
		request: ["AAsIAAABAAHbAKA6ZA=="],
		answer: [
			"AQAJAAD2AAHbAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmc5LjguNy42ZGhhc2hYIFCn5UNoC3exrK1rFciYcXwLheGgjcDHHvRLrQ5aRahuaGJvb3RhYmxl9Wdw",
			"ZW5kaW5n9Gljb25maXJtZWT0ZmFjdGl2ZfVpcGVybWFuZW509P+/ZHNsb3QBZ3ZlcnNpb25lMC4wLjBkaGFzaFggG6oiIHTMgF+vTgmEbSN3iGseXvfPzNnq",
			"wVVNgtmqnVpoYm9vdGFibGX1Z3BlbmRpbmf0aWNvbmZpcm1lZPVmYWN0aXZl9GlwZXJtYW5lbnT0//9rc3BsaXRTdGF0dXMA/6Qm",
		],
	},
	{
		name: "confirm",
		request: ["ADsKAAAxAAHcAKJkaGFzaFggUKflQ2gLd7GsrWsVyJhxfAuF4aCNwMce9EutDlpFqG5nY29uZmlybfX2cg=="],
		answer: [
			"AJILAACIAAHcAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmc5LjguNy42ZGhhc2hYIFCn5UNoC3exrK1rFciYcXwLheGgjcDHHvRLrQ5aRahuaGJvb3RhYmxl9Wdw",
			"ZW5kaW5n9Gljb25maXJtZWT1ZmFjdGl2ZfVpcGVybWFuZW509P//a3NwbGl0U3RhdHVzAP/5pA==",
		],
	},
	{
		name: "list",
		request: ["AAsIAAABAAHdAKCIxA=="],
		answer: [
			"AJIJAACIAAHdAL9maW1hZ2Vzn79kc2xvdABndmVyc2lvbmc5LjguNy42ZGhhc2hYIFCn5UNoC3exrK1rFciYcXwLheGgjcDHHvRLrQ5aRahuaGJvb3RhYmxl9Wdw",
			"ZW5kaW5n9Gljb25maXJtZWT1ZmFjdGl2ZfVpcGVybWFuZW509P//a3NwbGl0U3RhdHVzAP9FhA==",
		],
	},
];
