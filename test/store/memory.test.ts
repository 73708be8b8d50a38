import { storeContract } from '../contract/store.ts'
import { memorySubject } from './subjects.ts'

storeContract('memory', memorySubject)
