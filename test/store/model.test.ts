import { storeModel } from '../contract/store-model.ts'
import { memorySubject, sqliteSubject } from './subjects.ts'

/** `npm run test:store` takes a hundred times as many. */
const runs = Number(process.env.STORE_RUNS ?? 1000)

storeModel('memory', memorySubject, { runs, clock: 'moved' })
storeModel('sqlite', sqliteSubject, { runs, clock: 'moved' })
