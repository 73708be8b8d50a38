import { storeContract } from '../contract/store.ts'
import { sqliteSubject } from './subjects.ts'

storeContract('sqlite', sqliteSubject)
