/**
 * Images that MCUboot's own image tool made: `imgtool sign <options> --pad-header --align 4 --slot-size 0x8000 body.bin
 * image.bin`, imgtool 2.4.0 (MCUboot, scripts/imgtool.py), of the 200 bytes of `body.bin`, byte i being 7 * i mod 256. The hashes are
 * what `imgtool verify` prints as the image's digest.
 */
export const IMGTOOL_IMAGES = [
	{
		options: "--version 1.2.3 --header-size 0x20",
		version: "1.2.3",
		hash: "763395ca0e26e2eed4008e7c9fe324b54dc449d30888ce58c3f906edab6ed490",
		base64: [
			"PbjzlgAAAAAgAAAAyAAAAAAAAAABAgMAAAAAAAAAAAAABw4VHCMqMTg/Rk1UW2JpcHd+hYyTmqGor7a9xMvS2eDn7vX8AwoR",
			"GB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30+wIJ",
			"EBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8/oB",
			"CA8WHSQrMjlAR05VXGNqcQdpKAAQACAAdjOVyg4m4u7UAI58n+MktU3ESdMIiM5Yw/kG7atu1JA=",
		].join(""),
	},
	{
		options: "--version 2.0.1+4 --header-size 0x80",
		version: "2.0.1+4",
		hash: "57ee2681799bce9b1f8eda6f7b178e95291f088c903eacfc2995db4359ff8454",
		base64: [
			"PbjzlgAAAACAAAAAyAAAAAAAAAACAAEABAAAAAAAAAD/////////////////////////////////////////////////////",
			"//////////////////////////////////////////////////////////////////////////8ABw4VHCMqMTg/Rk1UW2Jp",
			"cHd+hYyTmqGor7a9xMvS2eDn7vX8AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1ph",
			"aG92fYSLkpmgp661vMPK0djf5u30+wIJEBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISgvNj1ES1JZ",
			"YGdudXyDipGYn6attLvCydDX3uXs8/oBCA8WHSQrMjlAR05VXGNqcQdpKAAQACAAV+4mgXmbzpsfjtpvexeOlSkfCIyQPqz8",
			"KZXbQ1n/hFQ=",
		].join(""),
	},
	{
		options:
			"--version 0.9.65535+4294967295 --header-size 0x20 --custom-tlv 0xa0 0xc0ffee --security-counter 7",
		version: "0.9.65535+4294967295",
		hash: "31795ad876816bbcfa9b7489506ddfdf928b57ce22fd79e8a99af9e2751f4cd7",
		base64: [
			"PbjzlgAAAAAgABMAyAAAAAAAAAAACf///////wAAAAAABw4VHCMqMTg/Rk1UW2JpcHd+hYyTmqGor7a9xMvS2eDn7vX8AwoR",
			"GB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30+wIJ",
			"EBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8/oB",
			"CA8WHSQrMjlAR05VXGNqcQhpEwBQAAQABwAAAKAAAwDA/+4HaSgAEAAgADF5Wth2gWu8+pt0iVBt39+Si1fOIv156Kma+eJ1",
			"H0zX",
		].join(""),
	},
	{
		options: "--version 1.2.3 --key ed25519.pem --header-size 0x20",
		version: "1.2.3",
		hash: "763395ca0e26e2eed4008e7c9fe324b54dc449d30888ce58c3f906edab6ed490",
		base64: [
			"PbjzlgAAAAAgAAAAyAAAAAAAAAABAgMAAAAAAAAAAAAABw4VHCMqMTg/Rk1UW2JpcHd+hYyTmqGor7a9xMvS2eDn7vX8AwoR",
			"GB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4/wYNFBsiKTA3PkVMU1phaG92fYSLkpmgp661vMPK0djf5u30+wIJ",
			"EBceJSwzOkFIT1ZdZGtyeYCHjpWco6qxuL/GzdTb4unw9/4FDBMaISgvNj1ES1JZYGdudXyDipGYn6attLvCydDX3uXs8/oB",
			"CA8WHSQrMjlAR05VXGNqcQdpkAAQACAAdjOVyg4m4u7UAI58n+MktU3ESdMIiM5Yw/kG7atu1JABACAAL4x6K9ESF8QojBUz",
			"mEi4O8vEKAMWjXJyEN5JS4Sb8wUkAEAAkUea3D7dGxrsz1sg8xmh46PSKIjWRyZK2C165xykDQTynU/rIOOQr7eG0ceA5Yqt",
			"PzNUN252aGSqDIytNnwiBA==",
		].join(""),
	},
] as const;
