/** The pool by itself: the package's front door loads four times as much, which is 45 ms of a gateway's start. The version is exact in the lockfile. */
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici'

  const pool: typeof Pool
  export default pool
}
