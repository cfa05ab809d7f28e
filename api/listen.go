package api

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// CheckListen reports why the server must not listen on addr, HOST:PORT. There
// is no sign-in, so whoever reaches the server may read and change everything:
// every address that HOST stands for must be one of the machine's own
// (loopback). An empty HOST means all interfaces and is refused.
func CheckListen(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %q: %w; give HOST:PORT, such as 127.0.0.1:8080", addr, err)
	}
	if host == "" {
		return notLoopback(addr, "it means every interface of this machine")
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return fmt.Errorf("cannot listen on %q: %w; give 127.0.0.1 or [::1] as HOST", addr, err)
	}
	for _, ip := range ips {
		if !ip.Unmap().IsLoopback() {
			return notLoopback(addr, fmt.Sprintf("%s can be reached from other machines", ip))
		}
	}
	return nil
}

func notLoopback(addr, why string) error {
	return fmt.Errorf("will not listen on %q: %s, and as there is no sign-in yet, whoever reaches the server "+
		"may read and change everything; listen on 127.0.0.1:PORT or [::1]:PORT, and from another machine "+
		"go through a tunnel that asks who you are, such as ssh -L PORT:127.0.0.1:PORT", addr, why)
}

// loopbackName reports whether a Host header (HOST or HOST:PORT) names this
// machine by localhost or by an address. A page of another site whose name was
// pointed at this machine (DNS rebinding) carries that name here.
func loopbackName(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	} else if inner, ok := strings.CutPrefix(hostport, "["); ok {
		host, ok = strings.CutSuffix(inner, "]")
		if !ok {
			return false
		}
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback()
}
