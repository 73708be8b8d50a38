/** A problem with the test itself: it fails, with this sentence. */
export class TestFault extends Error {}
