/** One request: the base64 of each line of the console, without marker and line feed. */
export interface SentFrame {
	name: string;
	sequence: number;
	lines: readonly string[];
}

/**
 * All that smpclient (intercreate/smpclient at 4970f3e, over JPHutchins/smp 3.3.2), the Python client, sent to the emulated
 * processor over a pseudo-terminal in one session: an image uploaded, tested, confirmed, left again and erased. The processor ran
 * `mcubootImage({ version: "1.0.0", sizeBytes: 600 })`; the image was `mcubootImage({ version: "1.1.0+7", sizeBytes: 700, seed: 5 })`.
 */
export const SMPCLIENT_SESSION: readonly SentFrame[] = [
	{
		name: "parameters",
		sequence: 0,
		lines: ["AAsIAAABAAAABqBzEw=="],
	},
	{
		name: "echo",
		sequence: 1,
		lines: ["ABAKAAAGAAABAKFhZGJoaaWv"],
	},
	{
		name: "parameters",
		sequence: 2,
		lines: ["AAsIAAABAAACBqAdcw=="],
	},
	{
		name: "list",
		sequence: 3,
		lines: ["AAsIAAABAAEDAKD2UQ=="],
	},
	{
		name: "upload",
		sequence: 4,
		lines: [
			"AX4KAAF0AAEEAaZjbGVuGQK8Y29mZgBjc2hhWCC4zRlFAKPA8t+WlpyREeqpxkfEHIFGJK6ccCBCgXDDFmRkYXRhWQEpPbjzlgAAAAAgAAAAdAIAAAAAAAABAQAA",
			"BwAAAAAAAADfCXiF0Wy4czxoHaz9FelZRtlEYm896qmAjZIJfzEiEXrOlIBTHKaAToZEo1yDtp4lt4nI18g/ULEBtkFOqVg3siEI3xbAxzBzbypr0AN800xdsizr",
			"RBP2IP2kZh6vVSnfeuzY8VG1OQOb5jszjtSwFUbYyIOn/1En+HWxyTyvn1lQWqS8xgZVV4OSTVwaVu3X5xPTd+ybGx1rQFgmR/5QeRtoe08XUzrFn0TYI6KaQeq6",
			"e4SfCH8KWs0flA3J3PaVVC+Vgz0zoadmFBNgHDdmpjcnFdT1Q9c2lyidV7nfRwdyxiouMEBDVFAcOOyAxhJj1TC87at+OwpAdKvaD5/9Ju5GcirnENYkZWltYWdl",
			"AGd1cGdyYWRl9GLq",
		],
	},
	{
		name: "upload",
		sequence: 5,
		lines: [
			"AX4KAAF0AAEFAaJjb2ZmGQEpZGRhdGFZAWTWcn2dxt7/egytssIhyOwsQRr1cMS2zko/x6VOWjsTb28vG03oGeNCVbcwK1C7o/YRM7Xw0Lp0zN5g+3KBWrKNlGpK",
			"09sNdxMnZmwALu0YvyjXIjIpRKUCQiurb1YFa9e8PEMHmVJ0RfvSnxm29wPg/x10DsnrGkbjPu8bztT2pF+9PMIZgpAwSBIBT95wHK8NHuJdqEiL7zqx/VDjXgtM",
			"9gRu2lQzhC2HP8p5nvEbhsvypva987BVvp0P5Y08Yif5KxEpQv0Iky9wMm/uEre7sLH2sAGEQdDoGluywgazjd9IXYbZetS6uL9xCcdrqqg0cgxla5L2uS9AG5B9",
			"VLXXIHOKyRRAoPqbQr8gIZOrpNBOHu3ztodnDCaFVbO9Ilw1xc/L6Ogkq1ARVIrzI3EI/FxlHpKIrDL25dLbX9mwdJVWZmJPCRclTUZoITWztiovthnSP58dcmWV",
			"O/l2Qhl3uT6GaNMz",
		],
	},
	{
		name: "upload",
		sequence: 6,
		lines: [
			"AEgKAAA+AAEGAaJjb2ZmGQKNZGRhdGFYL0E8M8EN9zIHaSgAEAAgANcKY18K8euoITqdp3lLdwDhoyFc2XErZj9XeMzS3MaTBAY=",
		],
	},
	{
		name: "list",
		sequence: 7,
		lines: ["AAsIAAABAAEHAKAqkQ=="],
	},
	{
		name: "test",
		sequence: 8,
		lines: ["ADIKAAAoAAEIAKFkaGFzaFgg1wpjXwrx66ghOp2neUt3AOGjIVzZcStmP1d4zNLcxpOXAg=="],
	},
	{
		name: "confirm",
		sequence: 9,
		lines: ["ADsKAAAxAAEJAKJkaGFzaFgg61/f5TpGyQmQyOzbhdSoLQBmtNBfFsThlY2Q18pFn7ZnY29uZmlybfU/Ag=="],
	},
	{
		name: "erase",
		sequence: 10,
		lines: ["AAsKAAABAAEKBaBRUg=="],
	},
	{
		name: "reset",
		sequence: 11,
		lines: ["AAsKAAABAAALBaAQ1g=="],
	},
	{
		name: "list",
		sequence: 12,
		lines: ["AAsIAAABAAEMAKDaYA=="],
	},
	{
		name: "erase",
		sequence: 13,
		lines: ["AAsKAAABAAENBaDUwg=="],
	},
	{
		name: "confirm",
		sequence: 14,
		lines: ["ADsKAAAxAAEOAKJkaGFzaFgg1wpjXwrx66ghOp2neUt3AOGjIVzZcStmP1d4zNLcxpNnY29uZmlybfUEFg=="],
	},
	{
		name: "confirm",
		sequence: 15,
		lines: ["ADsKAAAxAAEPAKJkaGFzaFgg61/f5TpGyQmQyOzbhdSoLQBmtNBfFsThlY2Q18pFn7ZnY29uZmlybfW2CQ=="],
	},
	{
		name: "reset",
		sequence: 16,
		lines: ["AAsKAAABAAAQBaCjRA=="],
	},
	{
		name: "list",
		sequence: 17,
		lines: ["AAsIAAABAAERAKDbUg=="],
	},
	{
		name: "erase",
		sequence: 18,
		lines: ["AAsKAAABAAESBaC7kA=="],
	},
	{
		name: "list",
		sequence: 19,
		lines: ["AAsIAAABAAETAKC1Mg=="],
	},
];
