package vectorindex

import "hash/maphash"

// idShards is how many parts the table of ids has: a batch copies only those
// it changes.
const idShards = 1024

// idTable finds the entry of an id. It holds no ids, only their hashes; whoever
// looks one up compares it with the entry's own. A published table does not
// change.
type idTable struct {
	seed   maphash.Seed
	shards [idShards]*idShard
}

// idShard is an open-addressing table. A slot is 0, or 32 bits of hash and
// 1 + the entry's number.
type idShard struct {
	owner uint64
	n     int
	slots []uint64
}

func place(h uint64) (shard int, tag uint64) { return int(h >> 54), h & (1<<32 - 1) }

// find returns the entry whose id is the one asked for.
func (t *idTable) find(id string, is func(entry uint32) bool) (uint32, bool) {
	s, tag := place(maphash.String(t.seed, id))
	shard := t.shards[s]
	if shard == nil {
		return 0, false
	}
	at, ok := shard.find(tag, is)
	return uint32(shard.slots[at]) - 1, ok
}

// find returns the slot of an id, or the empty one where it would go.
func (s *idShard) find(tag uint64, is func(entry uint32) bool) (at int, ok bool) {
	mask := len(s.slots) - 1
	for at = int(tag) & mask; s.slots[at] != 0; at = (at + 1) & mask {
		if s.slots[at]>>32 == tag && is(uint32(s.slots[at])-1) {
			return at, true
		}
	}
	return at, false
}

// own returns a shard that may be changed.
func (t *idTable) own(s int, owner uint64) *idShard {
	shard := t.shards[s]
	if shard != nil && shard.owner == owner {
		return shard
	}
	mine := &idShard{owner: owner}
	if shard == nil {
		mine.slots = make([]uint64, 4)
	} else {
		mine.n = shard.n
		mine.slots = append(make([]uint64, 0, len(shard.slots)), shard.slots...)
	}
	t.shards[s] = mine
	return mine
}

// set points an id at an entry, and returns the entry it pointed at.
func (t *idTable) set(owner uint64, id string, entry uint32, is func(entry uint32) bool) (former uint32, had bool) {
	s, tag := place(maphash.String(t.seed, id))
	shard := t.own(s, owner)
	at, had := shard.find(tag, is)
	if had {
		former = uint32(shard.slots[at]) - 1
		shard.slots[at] = tag<<32 | uint64(entry+1)
		return former, true
	}
	if 4*(shard.n+1) > 3*len(shard.slots) {
		shard.grow()
		at, _ = shard.find(tag, func(uint32) bool { return false })
	}
	shard.slots[at] = tag<<32 | uint64(entry+1)
	shard.n++
	return 0, false
}

func (s *idShard) grow() {
	former := s.slots
	s.slots = make([]uint64, 2*len(former))
	for _, slot := range former {
		if slot != 0 {
			at, _ := s.find(slot>>32, func(uint32) bool { return false })
			s.slots[at] = slot
		}
	}
}

// remove takes an id out, and returns the entry it pointed at.
func (t *idTable) remove(owner uint64, id string, is func(entry uint32) bool) (former uint32, had bool) {
	s, tag := place(maphash.String(t.seed, id))
	if t.shards[s] == nil {
		return 0, false
	}
	if _, had := t.shards[s].find(tag, is); !had {
		return 0, false
	}
	shard := t.own(s, owner)
	at, _ := shard.find(tag, is)
	former = uint32(shard.slots[at]) - 1
	shard.empty(at)
	return former, true
}

// empty empties a slot and moves up those behind it, so that no search stops
// before what it looks for.
func (s *idShard) empty(at int) {
	mask := len(s.slots) - 1
	s.n--
	for next := (at + 1) & mask; s.slots[next] != 0; next = (next + 1) & mask {
		home := int(s.slots[next]>>32) & mask
		if (next-home)&mask >= (next-at)&mask {
			s.slots[at] = s.slots[next]
			at = next
		}
	}
	s.slots[at] = 0
}

func (t *idTable) heapBytes() (n int64) {
	for _, s := range t.shards {
		if s != nil {
			n += int64(8*len(s.slots)) + 40
		}
	}
	return n + 8*idShards
}
