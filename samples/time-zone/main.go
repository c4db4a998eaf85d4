// Time-zone says what time it is in three towns.
package main

import (
	"fmt"
	"log"
	"time"
)

func main() {
	for _, name := range []string{"Europe/Berlin", "America/Bogota", "Asia/Tokyo"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(time.Now().In(zone).Format("15:04"), name)
	}
}
